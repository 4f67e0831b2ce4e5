// An item as bytes: what the snapshot on disk holds, what the content hash is taken over, and what
// an item counts against the byte cap. Equal items have equal bytes.
//
// Format: fields in ascending order of their number, absent ones left out; each as
// varint(number), varint(length), bytes. Numbers are little-endian fixed width, lists repeat the
// field. A reader skips numbers it does not know, so that a newer program's file can be read.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

std::string EncodeItem(const Item& item);

// kDataLoss when the bytes are not an encoded item.
absl::StatusOr<Item> DecodeItem(std::string_view bytes);

// Shared with the snapshot's own framing (store/snapshot_codec.h).
void PutVarint(uint64_t value, std::string* out);
// Takes a varint off the front of `bytes`; false when there is none.
bool TakeVarint(std::string_view* bytes, uint64_t* value);
// varint(length), bytes.
void PutText(std::string_view text, std::string* out);
bool TakeText(std::string_view* bytes, std::string_view* text);

}  // namespace marquee::playlist
