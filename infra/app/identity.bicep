@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Part of names that have to be unique.')
@minLength(8)
param token string

resource functionsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-functions-${token}'
  location: location
  tags: tags
}

// The regressor pulls its image and sends telemetry, and may do nothing else.
resource regressorIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-regressor-${token}'
  location: location
  tags: tags
}

output functionsId string = functionsIdentity.id
output functionsClientId string = functionsIdentity.properties.clientId
output functionsPrincipalId string = functionsIdentity.properties.principalId
output regressorId string = regressorIdentity.id
output regressorPrincipalId string = regressorIdentity.properties.principalId
