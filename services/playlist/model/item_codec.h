// Binary encoding of an item: used in the snapshot on disk, for the content hash, and for the size
// counted against the byte cap. Equal items have equal bytes.
//
// Format: fields in ascending order of their number, absent ones omitted; each as varint(number),
// varint(length), bytes. Numbers are fixed-width little-endian, lists repeat the field. A reader
// skips unknown numbers, so that files of newer versions can be read.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

std::string EncodeItem(const Item& item);

// kDataLoss: the bytes are not an encoded item.
absl::StatusOr<Item> DecodeItem(std::string_view bytes);

// Also used by the snapshot file format (store/snapshot_codec.h).
void PutVarint(uint64_t value, std::string* out);
// Reads a varint from the front of `bytes`; false if there is none.
bool TakeVarint(std::string_view* bytes, uint64_t* value);
// Appends varint(length), bytes.
void PutText(std::string_view text, std::string* out);
bool TakeText(std::string_view* bytes, std::string_view* text);

}  // namespace marquee::playlist
