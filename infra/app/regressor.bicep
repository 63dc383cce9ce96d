@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Part of names that have to be unique.')
@minLength(8)
param token string

@description('Whether it has a GPU.')
param gpu bool

@description('Image; empty until azd has built it.')
param image string

@description('Client id of the app registration that guards it.')
param clientId string

@description('Principal of the Functions app, the only caller.')
param callerPrincipalId string

@description('Identity of the container.')
param identityId string

@description('Its principal.')
param identityPrincipalId string

@description('Workspace of the logs.')
param workspaceName string

@description('Most containers.')
param maxReplicas int

var gpuProfile = 'gpu'
var placeholder = 'mcr.microsoft.com/k8se/quickstart:latest'
var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  name: 'cr${token}'
  location: location
  tags: tags
  // The GPU image is large; artifact streaming and faster pulls need Premium, which costs more than it saves at small loads.
  sku: { name: 'Basic' }
  properties: { adminUserEnabled: false }
}

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identityPrincipalId, acrPull)
  scope: registry
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

resource environmentOfApps 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'cae-${token}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: { destination: 'azure-monitor' }
    workloadProfiles: concat(
      [
        {
          name: 'Consumption'
          workloadProfileType: 'Consumption'
        }
      ],
      gpu
        ? [
            {
              name: gpuProfile
              workloadProfileType: 'Consumption-GPU-NC8as-T4'
            }
          ]
        : []
    )
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environmentOfApps
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        categoryGroup: 'allLogs'
        enabled: true
      }
    ]
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'ca-regressor-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'regressor' })
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environmentOfApps.id
    workloadProfileName: gpu ? gpuProfile : 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        allowInsecure: false
        targetPort: 8080
        transport: 'auto'
      }
      registries: [
        {
          server: registry.properties.loginServer
          identity: identityId
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'regressor'
          image: empty(image) ? placeholder : image
          resources: {
            cpu: gpu ? json('8') : json('2')
            memory: gpu ? '56Gi' : '4Gi'
          }
          // Every setting that the code reads; docs/regressor.md says what each does, and a test compares the three.
          env: [
            { name: 'Regressor__MaxBatch', value: '16' }
            { name: 'Regressor__MaxWait', value: '00:00:00.002' }
            { name: 'Regressor__QueueLength', value: '64' }
            { name: 'Regressor__RetryAfter', value: '00:00:01' }
            { name: 'Regressor__Gpu', value: gpu ? 'true' : 'false' }
            { name: 'Regressor__Threads', value: '0' }
            { name: 'Regressor__ModelFolder', value: '/app/models' }
            { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: '' }
          ]
          probes: [
            {
              type: 'Liveness'
              httpGet: {
                path: '/health'
                port: 8080
              }
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/health/ready'
                port: 8080
              }
              periodSeconds: 3
              failureThreshold: 40
            }
          ]
        }
      ]
      scale: {
        minReplicas: 0
        maxReplicas: maxReplicas
        rules: [
          {
            name: 'calls'
            http: { metadata: { concurrentRequests: '32' } }
          }
        ]
      }
    }
  }
  dependsOn: [mayPull]
}

// The platform checks the token before the container sees the call: of this directory, for this audience, from the Functions app.
resource gate 'Microsoft.App/containerApps/authConfigs@2024-03-01' = {
  parent: app
  name: 'current'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      unauthenticatedClientAction: 'Return401'
      excludedPaths: ['/health', '/health/ready']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: clientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: ['api://${clientId}']
          defaultAuthorizationPolicy: {
            allowedPrincipals: { identities: [callerPrincipalId] }
          }
        }
      }
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress.fqdn}'
output registryEndpoint string = registry.properties.loginServer
