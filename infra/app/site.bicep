@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Part of names that have to be unique.')
@minLength(8)
param token string

resource site 'Microsoft.Web/staticSites@2024-04-01' = {
  name: 'stapp-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'site' })
  sku: {
    name: 'Free'
    tier: 'Free'
  }
  properties: {}
}

output origin string = 'https://${site.properties.defaultHostname}'
