// Settings as they may be shown.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace marquee::config {

// `settings` on one line, for the log: fields marked secret read "[redacted]" (an empty one stays
// empty), and URLs lose a user and password.
std::string Redacted(const google::protobuf::Message& settings);

// Whether `text`, of a settings file, has a secret of `settings` written out in it; one that is
// given by reference is not.
bool HoldsSecretOf(const google::protobuf::Message& settings, std::string_view text);

}  // namespace marquee::config
