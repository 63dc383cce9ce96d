#!/bin/sh
# The regressor's gate needs an app registration, which is no resource of the subscription: made once, kept in the azd environment.
set -eu

choice="${SELFIE3D_REGRESSOR:-gpu}"
if [ "$choice" = none ]; then
  azd env set SELFIE3D_REGRESSOR_DEPLOY false
  exit 0
fi
if [ -z "${SELFIE3D_REGRESSOR_CLIENT_ID:-}" ]; then
  name="selfie3d-regressor-${AZURE_ENV_NAME}"
  id="$(az ad app list --display-name "$name" --query '[0].appId' --output tsv)"
  if [ -z "$id" ]; then
    id="$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)"
    az ad app update --id "$id" --identifier-uris "api://$id"
  fi
  # Tokens are only issued for an audience that has a service principal in the directory.
  az ad sp show --id "$id" --output none 2> /dev/null || az ad sp create --id "$id" --output none
  azd env set SELFIE3D_REGRESSOR_CLIENT_ID "$id"
fi
azd env set SELFIE3D_REGRESSOR_DEPLOY true
if [ "$choice" = cpu ]; then dockerfile=Dockerfile; else dockerfile=Dockerfile.gpu; fi
azd env set SELFIE3D_REGRESSOR_DOCKERFILE "$dockerfile"
