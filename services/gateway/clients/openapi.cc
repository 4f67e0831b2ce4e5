#include "services/gateway/clients/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

namespace protobuf = google::protobuf;
using protobuf::Descriptor;
using protobuf::FieldDescriptor;

// Joins a comment to one paragraph.
template <class Described>
std::string CommentOf(const Described& described) {
  protobuf::SourceLocation location;
  if (!described.GetSourceLocation(&location)) return {};
  std::string text;
  for (const char c : location.leading_comments) {
    const bool space = c == '\n' || c == ' ';
    if (space && (text.empty() || text.back() == ' ')) continue;
    text += space ? ' ' : c;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// The schemas of messages, written when they are first referenced.
class Schemas {
 public:
  // Appends the schema of a field's value.
  void Write(const FieldDescriptor& field, std::string& out) {
    JsonObject schema(out);
    const std::string comment = CommentOf(field);
    if (field.is_map()) {
      schema.Text("type", "object");
      schema.Name("additionalProperties");
      WriteOne(*field.message_type()->map_value(), "", out);
      schema.TextIfAny("description", comment);
      schema.Close();
      return;
    }
    if (field.is_repeated()) {
      schema.Text("type", "array");
      schema.Name("items");
      WriteOne(field, "", out);
      schema.TextIfAny("description", comment);
      schema.Close();
      return;
    }
    Fill(field, schema, out);
    schema.TextIfAny("description", comment);
    schema.Close();
  }

  std::string Reference(const Descriptor& type) {
    if (known_.insert(type.full_name()).second) waiting_.push_back(&type);
    return "#/components/schemas/" + type.full_name();
  }

  // The object of all referenced schemas.
  std::string Finish() {
    std::map<std::string, std::string> written;
    while (!waiting_.empty()) {
      const Descriptor& type = *waiting_.back();
      waiting_.pop_back();
      WriteMessage(type, written[type.full_name()]);
    }
    std::string all;
    JsonObject object(all);
    for (const auto& [name, json] : written) object.Raw(name, json);
    object.Close();
    return all;
  }

 private:
  void WriteOne(const FieldDescriptor& field, std::string_view comment, std::string& out) {
    JsonObject schema(out);
    Fill(field, schema, out);
    schema.TextIfAny("description", comment);
    schema.Close();
  }

  void Fill(const FieldDescriptor& field, JsonObject& schema, std::string& out) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_UINT32:
        schema.Text("type", "integer");
        schema.Text("format", "int32");
        return;
      case FieldDescriptor::CPPTYPE_INT64:
      case FieldDescriptor::CPPTYPE_UINT64:
        schema.Text("type", "string");
        schema.Text("format", "int64");
        return;
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        schema.Text("type", "number");
        return;
      case FieldDescriptor::CPPTYPE_BOOL:
        schema.Text("type", "boolean");
        return;
      case FieldDescriptor::CPPTYPE_STRING:
        schema.Text("type", "string");
        if (field.type() == FieldDescriptor::TYPE_BYTES) schema.Text("format", "byte");
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        schema.Text("type", "string");
        schema.Name("enum");
        out += '[';
        for (int i = 0; i < field.enum_type()->value_count(); ++i) {
          if (i > 0) out += ',';
          AppendJsonText(out, field.enum_type()->value(i)->name());
        }
        out += ']';
        return;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        FillMessage(*field.message_type(), schema);
        return;
    }
  }

  // The well-known types have their own JSON forms.
  void FillMessage(const Descriptor& type, JsonObject& schema) {
    const std::string& name = type.full_name();
    if (name == "google.protobuf.Timestamp") {
      schema.Text("type", "string");
      schema.Text("format", "date-time");
    } else if (name == "google.protobuf.Duration") {
      schema.Text("type", "string");
      schema.Raw("examples", R"(["1.5s"])");
    } else if (name == "google.protobuf.FieldMask") {
      schema.Text("type", "string");
      schema.Raw("examples", R"(["name,location"])");
    } else if (name == "google.protobuf.Struct") {
      schema.Text("type", "object");
    } else if (name.starts_with("google.protobuf.")) {
      schema.Raw("type", R"(["object","array","string","number","boolean","null"])");
    } else {
      schema.Text("$ref", Reference(type));
    }
  }

  void WriteMessage(const Descriptor& type, std::string& out) {
    JsonObject schema(out);
    schema.Text("type", "object");
    schema.TextIfAny("description", CommentOf(type));
    schema.Name("properties");
    JsonObject properties(out);
    for (int i = 0; i < type.field_count(); ++i) {
      properties.Name(type.field(i)->json_name());
      Write(*type.field(i), out);
    }
    properties.Close();
    schema.Close();
  }

  std::set<std::string> known_;
  std::vector<const Descriptor*> waiting_;
};

// "{device.id}" converted for OpenAPI: a variable name must not contain a dot.
std::string DocumentPath(std::string path) {
  std::ranges::replace(path, '.', '_');
  return path;
}

const FieldDescriptor* FieldAt(const Descriptor& type, std::string_view path) {
  const size_t dot = std::min(path.find('.'), path.size());
  const FieldDescriptor* field = type.FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr || dot == path.size()) return field;
  return FieldAt(*field->message_type(), path.substr(dot + 1));
}

void WriteParameters(const RestBinding& binding, Schemas& schemas, std::string& out) {
  const Descriptor& input = *binding.method->input_type();
  const std::vector<std::string> variables = binding.path_template.variables();
  out += '[';
  const auto add = [&](std::string_view name, std::string_view in, const FieldDescriptor& field) {
    if (out.back() != '[') out += ',';
    JsonObject parameter(out);
    parameter.Text("name", name);
    parameter.Text("in", in);
    if (in == "path") parameter.Bool("required", true);
    parameter.TextIfAny("description", CommentOf(field));
    parameter.Name("schema");
    schemas.Write(field, out);
    parameter.Close();
  };
  for (const std::string& variable : variables) {
    if (const FieldDescriptor* field = FieldAt(input, variable)) {
      add(DocumentPath(variable), "path", *field);
    }
  }
  for (int i = 0; binding.body != "*" && i < input.field_count(); ++i) {
    const FieldDescriptor& field = *input.field(i);
    const bool elsewhere = field.name() == binding.body ||
                           std::ranges::find(variables, field.name()) != variables.end();
    if (!elsewhere) add(field.json_name(), "query", field);
  }
  out += ']';
}

void WriteContent(const std::string& reference, JsonObject& owner, std::string& out) {
  owner.Raw("content",
            fmt::format(R"({{"application/json":{{"schema":{{"$ref":"{}"}}}}}})", reference));
}

void WriteOperation(const RestBinding& binding, Schemas& schemas, std::string& out) {
  const protobuf::MethodDescriptor& method = *binding.method;
  JsonObject operation(out);
  operation.Text("operationId", method.name());
  operation.Raw("tags", fmt::format(R"(["{}"])", method.service()->name()));
  operation.TextIfAny("description", CommentOf(method));
  operation.Name("parameters");
  WriteParameters(binding, schemas, out);
  if (!binding.body.empty()) {
    const Descriptor& type =
        binding.body == "*" ? *method.input_type()
                            : *method.input_type()->FindFieldByName(binding.body)->message_type();
    operation.Name("requestBody");
    JsonObject body(out);
    body.Bool("required", true);
    WriteContent(schemas.Reference(type), body, out);
    body.Close();
  }
  operation.Name("responses");
  JsonObject responses(out);
  responses.Name("200");
  JsonObject good(out);
  good.Text("description", "OK");
  WriteContent(schemas.Reference(*method.output_type()), good, out);
  good.Close();
  responses.Name("default");
  JsonObject bad(out);
  bad.Text("description", "Error");
  WriteContent("#/components/schemas/Error", bad, out);
  bad.Close();
  responses.Close();
  operation.Close();
}

constexpr std::string_view kError =
    R"({"type":"object","properties":{"error":{"type":"object","properties":{)"
    R"("code":{"type":"integer","description":"HTTP status."},)"
    R"("status":{"type":"string","description":"Canonical gRPC status code."},)"
    R"("message":{"type":"string","description":"What failed and what to do about it."},)"
    R"("reason":{"type":"string","description":"Machine-readable reason; absent if there is none."},)"
    R"("details":{"type":"array","description":"Invalid fields.","items":{"type":"object",)"
    R"("properties":{"field":{"type":"string"},"message":{"type":"string"}}}}}}}})";

std::string_view VerbOf(Method method) {
  switch (method) {
    case Method::kPost:
      return "post";
    case Method::kPut:
      return "put";
    case Method::kPatch:
      return "patch";
    case Method::kDelete:
      return "delete";
    default:
      return "get";
  }
}

}  // namespace

std::string OpenApi(const ApiDescriptors& api, const std::string& version) {
  std::map<std::string, std::map<std::string, std::string>> paths;
  std::map<std::string, std::string> tags;
  Schemas schemas;
  for (const RestBinding& binding : api.bindings()) {
    std::string& operation = paths[DocumentPath(binding.path)][std::string(VerbOf(binding.verb))];
    WriteOperation(binding, schemas, operation);
    tags[binding.method->service()->name()] = CommentOf(*binding.method->service());
  }
  std::string out;
  JsonObject document(out);
  document.Text("openapi", "3.1.0");
  document.Name("info");
  JsonObject info(out);
  info.Text("title", "Marquee");
  info.Text("version", version);
  info.Text("description",
            "Administration of Marquee. Authenticate with an API token (Authorization: Bearer) or "
            "with the "
            "session of the control room.");
  info.Close();
  document.Name("tags");
  out += '[';
  for (const auto& [name, description] : tags) {
    if (out.back() != '[') out += ',';
    JsonObject tag(out);
    tag.Text("name", name);
    tag.TextIfAny("description", description);
    tag.Close();
  }
  out += ']';
  document.Raw("security", R"([{"token":[]}])");
  document.Name("paths");
  JsonObject all(out);
  for (const auto& [path, verbs] : paths) {
    all.Name(path);
    JsonObject item(out);
    for (const auto& [verb, operation] : verbs) item.Raw(verb, operation);
    item.Close();
  }
  all.Close();
  document.Name("components");
  JsonObject components(out);
  std::string written = schemas.Finish();
  // A schema that is in no proto; it comes first in the object.
  written.insert(1, fmt::format(R"("Error":{},)", kError));
  components.Raw("schemas", written);
  components.Raw("securitySchemes", R"({"token":{"type":"http","scheme":"bearer"}})");
  components.Close();
  document.Close();
  return out;
}

}  // namespace marquee::gateway
