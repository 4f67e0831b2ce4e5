// Which members of a document look like secrets by their name or value, for documents that
// strangers may read.
#pragma once

#include <string_view>

namespace marquee::base {

// "apiKey", "plexToken", "smtp_password", "clientSecret": letters and digits are compared without
// case. Wrong for a harmless name now and then, which is then to be called otherwise.
bool LooksLikeSecretName(std::string_view name);

// A text that was sealed for the store ("sealed:v1:...").
bool IsSealedText(std::string_view text);

}  // namespace marquee::base
