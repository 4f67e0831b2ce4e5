// The settings of one service out of those of the all-in-one.
#pragma once

#include <google/protobuf/message.h>

namespace marquee::allinone {

// Copies each text, message or list of either of `whole` into the field of `part` that has its name
// and type. Other fields of `part` stay as they are.
void CopySharedFields(const google::protobuf::Message& whole, google::protobuf::Message& part);

}  // namespace marquee::allinone
