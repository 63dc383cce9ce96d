using './main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'selfie3d')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param regressor = readEnvironmentVariable('SELFIE3D_REGRESSOR', 'gpu')
param regressorImage = readEnvironmentVariable('SERVICE_REGRESSOR_IMAGE_NAME', '')
param regressorClientId = readEnvironmentVariable('SELFIE3D_REGRESSOR_CLIENT_ID', '')
param alertMail = readEnvironmentVariable('SELFIE3D_ALERT_MAIL', '')
param monthlyBudget = int(readEnvironmentVariable('SELFIE3D_MONTHLY_BUDGET', '100'))
