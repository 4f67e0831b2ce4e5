#include "libs/config/redact.h"

#include <memory>

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

}  // namespace

std::string Redacted(const Message& settings) {
  const std::unique_ptr<Message> copy(settings.New());
  copy->CopyFrom(settings);
  Redact(*copy);
  return copy->ShortDebugString();
}

}  // namespace marquee::config
