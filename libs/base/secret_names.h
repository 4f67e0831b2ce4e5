// Recognises secrets in documents by name or value, for documents that are shown to users.
#pragma once

#include <string_view>

namespace marquee::base {

// True for "apiKey", "plexToken", "smtp_password", "clientSecret"; only letters and digits are
// compared, case-insensitively. May be true for a harmless name; such a setting needs another name.
bool LooksLikeSecretName(std::string_view name);

// Whether `text` is a sealed value of the store ("sealed:v1:...").
bool IsSealedText(std::string_view text);

}  // namespace marquee::base
