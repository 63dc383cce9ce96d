@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Part of names that have to be unique.')
@minLength(8)
param token string

@description('Origins of pages that upload photos and read results straight from the storage.')
param origins array

@description('Hours that results are kept; the lifecycle rule is the backstop, in whole days.')
param retentionHours int

@description('Container of the deployed package.')
param packageContainer string = 'packages'

var containers = ['jobs', 'uploads', 'work', 'results']

// One day more than the service itself keeps anything.
var backstopDays = (retentionHours + 23) / 24 + 1

// Two accounts: the throughput of photos and results, and that of queues and tables of the orchestrations, have limits of their own.
resource data 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stdata${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      cors: {
        corsRules: [
          {
            allowedOrigins: origins
            allowedMethods: ['GET', 'HEAD', 'PUT', 'OPTIONS']
            allowedHeaders: ['content-type', 'x-ms-*']
            exposedHeaders: ['content-disposition', 'content-length', 'etag', 'x-ms-*']
            maxAgeInSeconds: 3600
          }
        ]
      }
      // A deleted photo is gone.
      deleteRetentionPolicy: { enabled: false }
      containerDeleteRetentionPolicy: { enabled: false }
      isVersioningEnabled: false
    }

    resource container 'containers' = [
      for name in containers: {
        name: name
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queues 'queueServices' = {
    name: 'default'
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    dependsOn: [blobs]
    properties: {
      policy: {
        rules: [
          {
            name: 'nothing-stays'
            enabled: true
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: [for name in containers: '${name}/']
              }
              actions: {
                baseBlob: { delete: { daysAfterCreationGreaterThan: backstopDays } }
              }
            }
          }
        ]
      }
    }
  }
}

resource host 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'sthost${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource package 'containers' = {
      name: packageContainer
      properties: { publicAccess: 'None' }
    }
  }
}

output blobEndpoint string = 'https://${data.name}.blob.${environment().suffixes.storage}'
output dataAccountName string = data.name
output hostAccountName string = host.name
output packageContainer string = packageContainer
