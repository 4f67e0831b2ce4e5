// Shows settings without secrets.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace marquee::config {

// `settings` on one line for the log: fields marked secret are "[redacted]" (an empty one stays
// empty), and URLs lose user and password.
std::string Redacted(const google::protobuf::Message& settings);

// Whether the settings file `text` contains a secret of `settings` literally; a secret given by
// reference does not count.
bool HoldsSecretOf(const google::protobuf::Message& settings, std::string_view text);

}  // namespace marquee::config
