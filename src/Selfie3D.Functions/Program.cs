using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Selfie3D.Functions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
Telemetry.Add(builder);
SelfieServices.Add(builder.Services, builder.Configuration);
builder.Build().Run();
