// Everything that `azd up` makes but the Event Grid subscription, which needs the deployed app: app/events.bicep.
targetScope = 'subscription'

@description('Name of the environment; part of all names.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('Region of everything but the page. Serverless GPUs exist in some regions only.')
param location string

@description('Region of the page: static web apps exist in some regions only.')
param siteLocation string = 'westeurope'

@description('Where the networks run: in the Functions app, or in a container with or without a GPU.')
@allowed(['none', 'cpu', 'gpu'])
param regressor string = 'gpu'

@description('Image of the regressor; empty until azd has built it.')
param regressorImage string = ''

@description('Client id of the app registration that guards the regressor; made by the preprovision hook.')
param regressorClientId string = ''

@description('Most containers of the regressor.')
@minValue(1)
param regressorMaxReplicas int = 4

@description('Memory of one instance of the Functions app, MB; its cores follow: 2,048 has one, 4,096 has two.')
@allowed([2048, 4096])
param instanceMemoryMB int = 4096

@description('Most instances of the Functions app.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 100

@description('Instances that are always there for HTTP calls; 0 saves money and costs the first caller some seconds.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('Hours that results are kept.')
@minValue(1)
@maxValue(168)
param retentionHours int = 24

@description('Origins of pages elsewhere that may call the API; the deployed page always may.')
param extraOrigins array = []

@description('Money per month, in the currency of the subscription, above which the mail is sent.')
@minValue(1)
param monthlyBudget int = 100

@description('Who is told about failures, old queues and the budget; empty tells nobody.')
param alertMail string = ''

@description('First day of the budget; the first of a month.')
param budgetStart string = utcNow('yyyy-MM-01')

var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName }

// Without a registration nobody could guard the container, so there is none: the networks then run in the app.
var useRegressor = regressor != 'none' && !empty(regressorClientId)

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
  }
}

module site 'app/site.bicep' = {
  scope: group
  params: {
    location: siteLocation
    tags: tags
    token: token
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    origins: concat([site.outputs.origin], extraOrigins)
    retentionHours: retentionHours
  }
}

module roles 'app/roles.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.functionsPrincipalId
    dataAccountName: storage.outputs.dataAccountName
    hostAccountName: storage.outputs.hostAccountName
    insightsName: monitoring.outputs.insightsName
  }
}

module container 'app/regressor.bicep' = if (useRegressor) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    gpu: regressor == 'gpu'
    image: regressorImage
    clientId: regressorClientId
    callerPrincipalId: identity.outputs.functionsPrincipalId
    identityId: identity.outputs.regressorId
    identityPrincipalId: identity.outputs.regressorPrincipalId
    workspaceName: monitoring.outputs.workspaceName
    maxReplicas: regressorMaxReplicas
  }
}

module functions 'app/functions.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    identityId: identity.outputs.functionsId
    identityClientId: identity.outputs.functionsClientId
    dataAccountName: storage.outputs.dataAccountName
    hostAccountName: storage.outputs.hostAccountName
    packageContainer: storage.outputs.packageContainer
    insightsName: monitoring.outputs.insightsName
    regressorUrl: useRegressor ? container!.outputs.url : ''
    regressorAudience: empty(regressorClientId) ? '' : 'api://${regressorClientId}'
    instanceMemoryMB: instanceMemoryMB
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    retentionHours: retentionHours
    origins: concat([site.outputs.origin], extraOrigins)
  }
  dependsOn: [roles]
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    insightsId: monitoring.outputs.insightsId
    alertMail: alertMail
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = useRegressor ? container!.outputs.registryEndpoint : ''
output SELFIE3D_REGRESSOR string = regressor
output SELFIE3D_FUNCTION_APP string = functions.outputs.name
output SELFIE3D_API string = functions.outputs.url
output SELFIE3D_PAGE string = site.outputs.origin
output SELFIE3D_STORAGE string = storage.outputs.blobEndpoint
output SELFIE3D_RETENTION_HOURS int = retentionHours
output SELFIE3D_DATA_ACCOUNT string = storage.outputs.dataAccountName
