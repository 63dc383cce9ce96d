#!/bin/sh
# The subscription to "a photo came": its webhook has a key that only the running app knows.
set -eu

# The key appears with the first start of the app; the call to its health starts it.
curl --silent --show-error --fail --retry 20 --retry-delay 5 --retry-all-errors --output /dev/null "$SELFIE3D_API/health"
key="$(az functionapp keys list --resource-group "$AZURE_RESOURCE_GROUP" --name "$SELFIE3D_FUNCTION_APP" --query systemKeys.blobs_extension --output tsv)"
[ -n "$key" ] || { echo "The app has no key named blobs_extension yet; run 'azd hooks run postdeploy' in a minute." >&2; exit 1; }
host="$(az functionapp show --resource-group "$AZURE_RESOURCE_GROUP" --name "$SELFIE3D_FUNCTION_APP" --query defaultHostName --output tsv)"
az deployment group create --resource-group "$AZURE_RESOURCE_GROUP" --name events --template-file infra/app/events.bicep --output none \
  --parameters dataAccountName="$SELFIE3D_DATA_ACCOUNT" \
  --parameters webhook="https://$host/runtime/webhooks/blobs?functionName=Host.Functions.UploadEvents&code=$key"
echo "Photos in $SELFIE3D_DATA_ACCOUNT start their jobs now. The page: $SELFIE3D_PAGE"
