#include "libs/config/redact.h"

#include <memory>
#include <vector>

#include "libs/config/schema.h"
#include "libs/config/values.h"

namespace marquee::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Shown(const std::string& text, const Setting& rules) {
  if (rules.secret() && !text.empty()) return "[redacted]";
  return rules.kind() == URL ? WithoutUserInfo(text) : text;
}

void Redact(Message& message) {
  const auto& fields = *message.GetReflection();
  std::vector<const FieldDescriptor*> present;
  fields.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const bool is_message = field->message_type() != nullptr;
    if (field->is_repeated()) {
      for (int i = 0; i < fields.FieldSize(message, field); ++i) {
        if (is_message) Redact(*fields.MutableRepeatedMessage(&message, field, i));
        if (!is_text) continue;
        fields.SetRepeatedString(
            &message, field, i,
            Shown(fields.GetRepeatedString(message, field, i), SettingOf(*field)));
      }
    } else if (is_message) {
      Redact(*fields.MutableMessage(&message, field));
    } else if (is_text) {
      fields.SetString(&message, field, Shown(fields.GetString(message, field), SettingOf(*field)));
    }
  }
}

bool ContainsLiteral(const std::string& value, const FieldDescriptor& field,
                     std::string_view text) {
  return !value.empty() && SettingOf(field).secret() && text.find(value) != std::string_view::npos;
}

}  // namespace

bool HoldsSecretOf(const Message& settings, std::string_view text) {
  const auto& fields = *settings.GetReflection();
  std::vector<const FieldDescriptor*> present;
  fields.ListFields(settings, &present);
  for (const FieldDescriptor* field : present) {
    const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const bool is_message = field->message_type() != nullptr;
    for (int i = 0; field->is_repeated() && i < fields.FieldSize(settings, field); ++i) {
      if (is_message && HoldsSecretOf(fields.GetRepeatedMessage(settings, field, i), text)) {
        return true;
      }
      if (is_text && ContainsLiteral(fields.GetRepeatedString(settings, field, i), *field, text)) {
        return true;
      }
    }
    if (field->is_repeated()) continue;
    if (is_message && HoldsSecretOf(fields.GetMessage(settings, field), text)) return true;
    if (is_text && ContainsLiteral(fields.GetString(settings, field), *field, text)) return true;
  }
  return false;
}

std::string Redacted(const Message& settings) {
  const std::unique_ptr<Message> copy(settings.New());
  copy->CopyFrom(settings);
  Redact(*copy);
  return copy->ShortDebugString();
}

}  // namespace marquee::config
