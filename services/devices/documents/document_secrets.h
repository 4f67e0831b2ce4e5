// The secrets in a document: sealed in the store, masked before people, open only before the
// service that uses them. A secret is a text under the key token, password or api_key, at any
// depth.
#pragma once

#include <absl/status/status.h>

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "libs/rpc/error_info.h"
#include "services/devices/vault/secret_box.h"

namespace marquee::devices {

// What a person sees in place of a secret.
inline constexpr std::string_view kSecretMask = "********";

void MaskSecrets(boost::json::object& body);
// Masks stay as they are, for KeepSecrets.
void SealSecrets(boost::json::object& body, const SecretBox& box);
// A secret that cannot be opened (SecretBox::Open) becomes empty, so that it costs itself and not
// the document; returns how many those are.
size_t OpenSecrets(boost::json::object& body, const SecretBox& box);
// Makes sealed secrets empty; returns how many there were.
size_t EraseSealed(boost::json::object& body);

// Where `body` has the mask, puts the (sealed) secret of `before`. Entries of lists belong together
// by their name. A mask without a secret before it is a violation; so is one in a source whose type
// or address was changed, since otherwise whoever may change an address could have the secret sent
// to it.
void KeepSecrets(boost::json::object& body, const boost::json::object& before,
                 std::vector<rpc::FieldViolation>& violations);

}  // namespace marquee::devices
