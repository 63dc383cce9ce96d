// Deployed after the app (hooks/postdeploy.sh): the webhook of the blob trigger has a key that only the running app knows.

@description('Region.')
param location string = resourceGroup().location

@description('Account with the photos.')
param dataAccountName string

@description('Address of the app\'s blob webhook, key included.')
@secure()
param webhook string

resource data 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: dataAccountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2024-06-01-preview' = {
  name: 'evgt-${dataAccountName}'
  location: location
  properties: {
    source: data.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }

  resource uploads 'eventSubscriptions' = {
    name: 'uploads'
    properties: {
      destination: {
        endpointType: 'WebHook'
        properties: {
          endpointUrl: webhook
          maxEventsPerBatch: 1
          preferredBatchSizeInKilobytes: 64
        }
      }
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated']
        subjectBeginsWith: '/blobServices/default/containers/uploads/'
      }
      eventDeliverySchema: 'EventGridSchema'
      // An event that comes too late is found by the app's own look at the container.
      retryPolicy: {
        maxDeliveryAttempts: 30
        eventTimeToLiveInMinutes: 60
      }
    }
  }
}
