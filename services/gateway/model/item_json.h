// Writes the JSON of an item for displays: fixed field order, no empty fields, no secrets.
#pragma once

#include <string>

#include "services/gateway/model/media_item.h"

namespace marquee::gateway {

// Appends the JSON object of one item, about 0.6 KB for a film.
void AppendItemJson(const MediaItem& item, std::string& out);

}  // namespace marquee::gateway
