using System.Reflection;
using System.Text.Json;
using Selfie3D.Service.Http;

namespace Selfie3D.Service.Tests.Http;

public sealed class OpenApiDocumentTests
{
    private static readonly JsonDocument Document = JsonDocument.Parse(OpenApiDocument.Utf8);

    [Fact]
    public void Codes_AreAllThatTheCodeHas()
    {
        var described = Schema("Code").GetProperty("enum").EnumerateArray().Select(code => code.GetString()!).Order();
        var known = new[] { typeof(ErrorCodes), typeof(ServiceCodes) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => (string)field.GetRawConstantValue()!).Order();
        Assert.Equal(known, described);
    }

    [Theory]
    [InlineData("Upload", typeof(UploadAnswer))]
    [InlineData("Selfie", typeof(SelfieAnswer))]
    [InlineData("Status", typeof(StatusAnswer))]
    [InlineData("Result", typeof(ResultLink))]
    [InlineData("PhotoSize", typeof(SelfieDocument.PhotoSize))]
    [InlineData("FaceArea", typeof(SelfieDocument.FaceArea))]
    public void Schema_HasThePropertiesOfItsType(string schema, Type type)
    {
        var described = Schema(schema).GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
        var known = type.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal);
        Assert.Equal(known, described);
    }

    private static JsonElement Schema(string name) => Document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(name);
}
