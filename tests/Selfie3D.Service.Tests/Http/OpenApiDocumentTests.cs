using System.Reflection;
using System.Text.Json;
using Selfie3D.Service.Http;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Tests.Http;

public sealed class OpenApiDocumentTests
{
    private static readonly JsonDocument Document = JsonDocument.Parse(OpenApiDocument.Utf8);

    [Fact]
    public void Codes_AreAllThatTheCodeHas()
    {
        var described = Names(Schema("Code").GetProperty("enum")).Order();
        var known = new[] { typeof(ErrorCodes), typeof(ServiceCodes) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => (string)field.GetRawConstantValue()!).Order();
        Assert.Equal(known, described);
    }

    [Fact]
    public void Formats_AreAllThatTheCodeHas_AndTheUsualOnesTheDefault()
    {
        Assert.Equal(ResultFormats.All.Select(format => format.Name).Order(), Names(Schema("Format").GetProperty("enum")).Order());
        var parameter = Document.RootElement.GetProperty("components").GetProperty("parameters").GetProperty("formats").GetProperty("schema");
        Assert.Equal(ResultFormats.Of(null).Select(format => format.Name), Names(parameter.GetProperty("default")));
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

    private static IEnumerable<string> Names(JsonElement list) => list.EnumerateArray().Select(name => name.GetString()!);

    private static JsonElement Schema(string name) => Document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(name);
}
