using Selfie3D.LocalHost;

return await LocalHostApp.RunAsync(args).ConfigureAwait(false);
