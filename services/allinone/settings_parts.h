// Extracts the settings of one service from those of the all-in-one.
#pragma once

#include <google/protobuf/message.h>

namespace marquee::allinone {

// Copies each text, message or list of these in `whole` to the field of `part` with the same name
// and type. Other fields of `part` are not changed.
void CopySharedFields(const google::protobuf::Message& whole, google::protobuf::Message& part);

}  // namespace marquee::allinone
