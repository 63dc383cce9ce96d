@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Part of names that have to be unique.')
@minLength(8)
param token string

@description('Identity of the app.')
param identityId string

@description('Its client id.')
param identityClientId string

@description('Account with photos and results.')
param dataAccountName string

@description('Account of the Functions host.')
param hostAccountName string

@description('Container of the deployed package.')
param packageContainer string

@description('Application Insights.')
param insightsName string

@description('Address of the regressor; empty runs the networks in the app.')
param regressorUrl string

@description('Audience of its tokens.')
param regressorAudience string

@description('Memory of one instance, MB.')
param instanceMemoryMB int

@description('Most instances.')
param maximumInstances int

@description('Instances that are always there for HTTP calls.')
param alwaysReadyInstances int

@description('Hours that results are kept.')
param retentionHours int

@description('Origins of pages that may call the API.')
param origins array

var dataHost = '${dataAccountName}.blob.${environment().suffixes.storage}'
var dataQueueHost = '${dataAccountName}.queue.${environment().suffixes.storage}'

// Every setting that the code reads; docs/azure.md says what each does, and a test compares the three.
var settings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  OTEL_EXPORTER_OTLP_ENDPOINT: ''
  AZURE_CLIENT_ID: identityClientId
  AzureWebJobsStorage__accountName: hostAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  SelfieStorage__blobServiceUri: 'https://${dataHost}'
  SelfieStorage__queueServiceUri: 'https://${dataQueueHost}'
  SelfieStorage__credential: 'managedidentity'
  SelfieStorage__clientId: identityClientId
  'AzureWebJobs.UploadEvents.Disabled': 'false'
  'AzureWebJobs.UploadPolling.Disabled': 'true'
  Selfie3D__Workers: '1'
  Selfie3D__TaskHub: 'Selfie3D'
  Selfie3D__IdentityClientId: identityClientId
  Selfie3D__VolumeSize: '0'
  Selfie3D__TextureSize: '0'
  Selfie3D__NamePrefix: ''
  Selfie3D__MaxUploadBytes: '30000000'
  Selfie3D__UploadLinkLifetime: '00:15:00'
  Selfie3D__ResultLinkLifetime: '01:00:00'
  Selfie3D__Retention: '${retentionHours / 24}.${padLeft(retentionHours % 24, 2, '0')}:00:00'
  Selfie3D__PostsPerMinute: '30'
  Selfie3D__ReadsPerMinute: '600'
  Selfie3D__MaxQueueLength: '2000'
  Selfie3D__MaxConcurrentBodies: '8'
  Selfie3D__MaxTries: '5'
  Selfie3D__RequeueAfter: '00:05:00'
  Selfie3D__Callbacks__TrustedHosts__0: ''
  Selfie3D__Callbacks__Timeout: '00:00:10'
  Selfie3D__Callbacks__MaxTries: '6'
  Selfie3D__Callbacks__FirstRetry: '00:00:02'
  Selfie3D__Regressor__Url: regressorUrl
  Selfie3D__Regressor__Audience: regressorAudience
  Selfie3D__Regressor__Timeout: '00:00:20'
  Selfie3D__Regressor__TryTimeout: '00:00:06'
  Selfie3D__Regressor__Retries: '3'
  Selfie3D__Regressor__FallBack: 'true'
}

resource host 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: hostAccountName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${host.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : [
              {
                name: 'http'
                instanceCount: alwaysReadyInstances
              }
            ]
        triggers: { http: { perInstanceConcurrency: 16 } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      cors: { allowedOrigins: origins }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  // Nobody deploys with a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}/api'
