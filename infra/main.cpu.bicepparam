// Without the container: the networks run in the Functions app. The cheapest, and the right one for small networks.
using './main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'selfie3d')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param regressor = 'none'
