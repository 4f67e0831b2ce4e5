#include "services/allinone/settings_parts.h"

#include <google/protobuf/descriptor.h>

namespace marquee::allinone {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool SameType(const FieldDescriptor& a, const FieldDescriptor& b) {
  return a.type() == b.type() && a.is_repeated() == b.is_repeated() &&
         a.message_type() == b.message_type();
}

void CopyMessages(const Message& whole, const FieldDescriptor& from, Message& part,
                  const FieldDescriptor& to) {
  const auto& source = *whole.GetReflection();
  const auto& target = *part.GetReflection();
  if (!from.is_repeated()) {
    target.MutableMessage(&part, &to)->CopyFrom(source.GetMessage(whole, &from));
    return;
  }
  for (int i = 0; i < source.FieldSize(whole, &from); ++i) {
    target.AddMessage(&part, &to)->CopyFrom(source.GetRepeatedMessage(whole, &from, i));
  }
}

void CopyTexts(const Message& whole, const FieldDescriptor& from, Message& part,
               const FieldDescriptor& to) {
  const auto& source = *whole.GetReflection();
  const auto& target = *part.GetReflection();
  if (!from.is_repeated()) {
    target.SetString(&part, &to, source.GetString(whole, &from));
    return;
  }
  for (int i = 0; i < source.FieldSize(whole, &from); ++i) {
    target.AddString(&part, &to, source.GetRepeatedString(whole, &from, i));
  }
}

}  // namespace

void CopySharedFields(const Message& whole, Message& part) {
  for (int i = 0; i < whole.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& from = *whole.GetDescriptor()->field(i);
    const FieldDescriptor* to = part.GetDescriptor()->FindFieldByName(from.name());
    if (to == nullptr || !SameType(from, *to)) continue;
    part.GetReflection()->ClearField(&part, to);
    if (from.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      CopyMessages(whole, from, part, *to);
    } else if (from.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      CopyTexts(whole, from, part, *to);
    }
  }
}

}  // namespace marquee::allinone
