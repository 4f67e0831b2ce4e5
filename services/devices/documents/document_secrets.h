// Secrets in documents: sealed in the store, masked in responses, unsealed only for the service
// that uses them. A secret is a text under the key token, password or api_key, at any depth.
#pragma once

#include <absl/status/status.h>

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "libs/rpc/error_info.h"
#include "services/devices/vault/secret_box.h"

namespace marquee::devices {

// Shown in place of a secret.
inline constexpr std::string_view kSecretMask = "********";

void MaskSecrets(boost::json::object& body);
// Masks are not changed; KeepSecrets replaces them.
void SealSecrets(boost::json::object& body, const SecretBox& box);
// A secret that cannot be unsealed (SecretBox::Open) becomes empty, so that the rest of the
// document stays usable; returns the number of those.
size_t OpenSecrets(boost::json::object& body, const SecretBox& box);
// Empties all sealed secrets; returns their number.
size_t EraseSealed(boost::json::object& body);

// Replaces masks in `body` by the (sealed) secrets of `before`. List entries are matched by name. A
// mask without an earlier secret is a violation, and so is one in a source whose type or address
// was changed: otherwise an account that may change an address could have the secret sent to it.
void KeepSecrets(boost::json::object& body, const boost::json::object& before,
                 std::vector<rpc::FieldViolation>& violations);

}  // namespace marquee::devices
