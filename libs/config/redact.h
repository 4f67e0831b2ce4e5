// Settings as they may be shown.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace marquee::config {

// `settings` on one line, for the log: fields marked secret read "[redacted]" (an empty one stays
// empty), and URLs lose a user and password.
std::string Redacted(const google::protobuf::Message& settings);

}  // namespace marquee::config
