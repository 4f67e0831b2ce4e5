#include "services/gateway/clients/rest_message.h"

#include <fmt/format.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/http/status_table.h"
#include "services/gateway/http/target.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

namespace protobuf = google::protobuf;
using protobuf::FieldDescriptor;
using protobuf::Message;

const FieldDescriptor* FieldOf(const protobuf::Descriptor& type, const std::string& name) {
  if (const auto* field = type.FindFieldByName(name)) return field;
  return type.FindFieldByCamelcaseName(name);
}

absl::Status Malformed(std::string_view what, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", what, why));
}

absl::Status FromJson(std::string_view json, Message& message, std::string_view what) {
  // Bodies must not nest without limit; the protobuf parser stops at 100 levels.
  const auto parsed = protobuf::util::JsonStringToMessage({json.data(), json.size()}, &message);
  if (parsed.ok()) return absl::OkStatus();
  return Malformed(what, std::string(parsed.message().data(), parsed.message().size()));
}

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonText(json, text);
  return json;
}

// Sets one field from text by parsing it as JSON, in which numbers, enums and the well-known types
// (Timestamp, Duration, FieldMask) may be strings; booleans may not and are converted here.
absl::Status SetField(Message& root, const std::string& path, std::string_view value) {
  Message* message = &root;
  std::string_view rest(path);
  while (true) {
    const size_t dot = std::min(rest.find('.'), rest.size());
    const std::string name(rest.substr(0, dot));
    const FieldDescriptor* field = FieldOf(*message->GetDescriptor(), name);
    if (field == nullptr) return Malformed(path, "no such field");
    if (dot < rest.size()) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated()) {
        return Malformed(path, "no such field");
      }
      message = message->GetReflection()->MutableMessage(message, field);
      rest.remove_prefix(dot + 1);
      continue;
    }
    const bool is_bool = field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    if (is_bool && value == "1") value = "true";
    if (is_bool && value == "0") value = "false";
    if (is_bool && value != "true" && value != "false") {
      return Malformed(path, "must be true or false");
    }
    const std::string json = is_bool ? std::string(value) : Quoted(value);
    // Parsing would replace repeated fields, so it parses into a new message and merges that.
    const std::unique_ptr<Message> one(message->New());
    const auto* format = field->is_repeated() ? R"({{"{}":[{}]}})" : R"({{"{}":{}}})";
    MARQUEE_RETURN_IF_ERROR(
        FromJson(fmt::format(fmt::runtime(format), field->json_name(), json), *one, path));
    message->MergeFrom(*one);
    return absl::OkStatus();
  }
}

// The mask of a PATCH that has none: the fields of its body.
absl::Status AddMask(const RestBinding& binding, const std::string& body, Message& request) {
  const FieldDescriptor* mask = request.GetDescriptor()->FindFieldByName("update_mask");
  if (binding.verb != Method::kPatch || mask == nullptr ||
      request.GetReflection()->HasField(request, mask)) {
    return absl::OkStatus();
  }
  const FieldDescriptor* resource = request.GetDescriptor()->FindFieldByName(binding.body);
  if (resource == nullptr || resource->message_type() == nullptr) return absl::OkStatus();
  protobuf::Struct named;
  MARQUEE_RETURN_IF_ERROR(FromJson(body, named, "body"));
  protobuf::FieldMask paths;
  for (const auto& [name, value] : named.fields()) {
    const FieldDescriptor* field = FieldOf(*resource->message_type(), name);
    if (field != nullptr && field->name() != "etag") paths.add_paths(field->name());
  }
  std::string bytes;
  paths.SerializeToString(&bytes);
  request.GetReflection()->MutableMessage(&request, mask)->ParseFromString(bytes);
  return absl::OkStatus();
}

// Replaces an author in the body: callers must not name another one.
void SetAuthor(const std::string& author, Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("author");
  if (author.empty() || field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return;
  }
  request.GetReflection()->SetString(&request, field, author);
}

// Sets `name` of the request, or of the resource in its body, if it is not set.
void SetText(const RestBinding& binding, const char* name, const std::string& text,
             Message& request) {
  if (text.empty()) return;
  Message* message = &request;
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr && !binding.body.empty() && binding.body != "*") {
    const FieldDescriptor* resource = request.GetDescriptor()->FindFieldByName(binding.body);
    message = request.GetReflection()->MutableMessage(&request, resource);
    field = message->GetDescriptor()->FindFieldByName(name);
  }
  if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
  if (message->GetReflection()->GetString(*message, field).empty()) {
    message->GetReflection()->SetString(message, field, text);
  }
}

// Uses descriptors instead of generated classes, because the linker drops unused ones.
std::unique_ptr<Message> New(const RestBinding& binding, const protobuf::Descriptor& type) {
  return std::unique_ptr<Message>(binding.messages->GetPrototype(&type)->New());
}

// The name of a code in an error body. Causes inside the server are all INTERNAL.
std::string NameOf(absl::StatusCode code) {
  if (code == absl::StatusCode::kCancelled) code = absl::StatusCode::kUnavailable;
  if (code == absl::StatusCode::kUnknown || code == absl::StatusCode::kDataLoss) {
    code = absl::StatusCode::kInternal;
  }
  return absl::StatusCodeToString(code);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Message>> RequestMessage(
    const RestBinding& binding, const std::map<std::string, std::string>& variables,
    const RestCall& call) {
  std::unique_ptr<Message> request = New(binding, *binding.method->input_type());
  if (binding.body == "*") {
    if (!call.body.empty()) MARQUEE_RETURN_IF_ERROR(FromJson(call.body, *request, "body"));
  } else if (!binding.body.empty()) {
    const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(binding.body);
    Message& part = *request->GetReflection()->MutableMessage(request.get(), field);
    MARQUEE_RETURN_IF_ERROR(FromJson(call.body, part, "body"));
  }
  const absl::StatusOr<Target> target = ParseTarget(call.target);
  if (!target.ok()) return target.status();
  for (const auto& [name, value] : target->query.all()) {
    MARQUEE_RETURN_IF_ERROR(SetField(*request, name, value));
  }
  MARQUEE_RETURN_IF_ERROR(AddMask(binding, call.body, *request));
  SetText(binding, "etag", call.if_match, *request);
  SetText(binding, "request_id", call.request_id, *request);
  SetAuthor(call.author, *request);
  // Applied last, because path variables override all other input.
  for (const auto& [name, value] : variables) {
    MARQUEE_RETURN_IF_ERROR(SetField(*request, name, value));
  }
  return request;
}

std::unique_ptr<Message> AnswerMessage(const RestBinding& binding) {
  return New(binding, *binding.method->output_type());
}

RestReply ReplyOf(const Message& answer) {
  RestReply reply;
  protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  if (!protobuf::util::MessageToJsonString(answer, &reply.json, options).ok()) {
    return ReplyOf(absl::InternalError("the response cannot be written as JSON"), false);
  }
  for (int i = 0; i < answer.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = answer.GetDescriptor()->field(i);
    if (field->is_repeated() || field->message_type() == nullptr) continue;
    const FieldDescriptor* etag = field->message_type()->FindFieldByName("etag");
    if (etag == nullptr || !answer.GetReflection()->HasField(answer, field)) continue;
    const Message& resource = answer.GetReflection()->GetMessage(answer, field);
    reply.etag = resource.GetReflection()->GetString(resource, etag);
  }
  return reply;
}

RestReply ReplyOf(const absl::Status& status, bool conditional) {
  const int code =
      HttpStatusOf(status.code(), conditional ? ErrorColumn::kIfMatch : ErrorColumn::kRest);
  RestReply reply;
  reply.status = code;
  JsonObject object(reply.json);
  object.Name("error");
  JsonObject error(reply.json);
  error.Integer("code", code);
  error.Text("status", NameOf(status.code()));
  error.Text("message", base::MessageOf(status));
  error.TextIfAny("reason", rpc::ReasonOf(status));
  if (const auto violations = rpc::ViolationsOf(status); !violations.empty()) {
    error.Name("details");
    reply.json += '[';
    for (const rpc::FieldViolation& violation : violations) {
      if (reply.json.back() != '[') reply.json += ',';
      JsonObject detail(reply.json);
      detail.Text("field", violation.field);
      detail.Text("message", violation.message);
      detail.Close();
    }
    reply.json += ']';
  }
  error.Close();
  object.Close();
  if (code == 429 || code == 503) {
    const int64_t wait = absl::ToInt64Seconds(rpc::RetryAfterOf(status));
    reply.retry_after_seconds = static_cast<int>(std::clamp<int64_t>(wait, 1, 3600));
  }
  return reply;
}

}  // namespace marquee::gateway
