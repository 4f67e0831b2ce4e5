#include "services/gateway/clients/reader_view.h"

#include <google/protobuf/descriptor.h>

#include <vector>

#include "services/gateway/model/installation_hash.h"

namespace marquee::gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Fields are found by name, because messages are created at run time from the API's descriptors.
void HideOwn(Message& message) {
  const std::string& type = message.GetDescriptor()->full_name();
  const auto* reflection = message.GetReflection();
  const auto clear = [&](const char* field) {
    reflection->ClearField(&message, message.GetDescriptor()->FindFieldByName(field));
  };
  if (type == "marquee.devices.v1.Device") {
    const FieldDescriptor* id = message.GetDescriptor()->FindFieldByName("install_id");
    reflection->SetString(&message, id, InstallationHash(reflection->GetString(message, id)));
    clear("approval_code");
  } else if (type == "marquee.devices.v1.UnknownDisplay") {
    clear("address");
  }
}

}  // namespace

void HideFromReaders(Message& message) {
  HideOwn(message);
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
    if (!field->is_repeated()) {
      HideFromReaders(*reflection->MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      HideFromReaders(*reflection->MutableRepeatedMessage(&message, field, i));
    }
  }
}

}  // namespace marquee::gateway
