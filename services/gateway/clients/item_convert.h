// Converts the playlist service's item to the gateway's MediaItem.
#pragma once

#include "marquee/playlist/v1/item.pb.h"
#include "services/gateway/model/media_item.h"

namespace marquee::gateway {

MediaItem ToMediaItem(const marquee::playlist::v1::Item& item);

}  // namespace marquee::gateway
