#include "services/playlist/store/snapshot_codec.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/item_codec.h"

namespace marquee::playlist {
namespace {

constexpr std::string_view kMagic = "MQPLAY\r\n";
constexpr uint32_t kFormat = 1;
constexpr size_t kHeaderBytes = 8 + 4 + 8 + 8;

void PutFixed(uint64_t value, size_t width, std::string* out) {
  for (size_t i = 0; i < width; ++i) *out += static_cast<char>(value >> (8 * i));
}

uint64_t GetFixed(std::string_view bytes, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = width; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

void PutTime(absl::Time time, std::string* out) {
  const int64_t ns = time == absl::InfinitePast() ? 0 : absl::ToUnixNanos(time);
  PutVarint(static_cast<uint64_t>(ns) << 1 ^ static_cast<uint64_t>(ns >> 63), out);
}

bool TakeTime(std::string_view* bytes, absl::Time* time) {
  uint64_t zigzag = 0;
  if (!TakeVarint(bytes, &zigzag)) return false;
  const auto ns = static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
  *time = ns == 0 ? absl::InfinitePast() : absl::FromUnixNanos(ns);
  return true;
}

bool TakeString(std::string_view* bytes, std::string* text) {
  std::string_view taken;
  if (!TakeText(bytes, &taken)) return false;
  *text = taken;
  return true;
}

std::string EncodeSource(const SourceState& state) {
  std::string bytes;
  PutText(state.name, &bytes);
  PutText(state.type, &bytes);
  PutVarint(state.up ? 1 : 0, &bytes);
  PutTime(state.last_attempt, &bytes);
  PutTime(state.last_success, &bytes);
  PutText(state.last_error, &bytes);
  PutVarint(state.items_found, &bytes);
  PutVarint(state.skipped, &bytes);
  return bytes;
}

bool DecodeSource(std::string_view bytes, SourceState* state) {
  uint64_t up = 0;
  const bool ok = TakeString(&bytes, &state->name) && TakeString(&bytes, &state->type) &&
                  TakeVarint(&bytes, &up) && TakeTime(&bytes, &state->last_attempt) &&
                  TakeTime(&bytes, &state->last_success) &&
                  TakeString(&bytes, &state->last_error) &&
                  TakeVarint(&bytes, &state->items_found) && TakeVarint(&bytes, &state->skipped);
  state->up = up != 0;
  return ok;
}

// Precedes the fields of an item (model/item_codec.cc), so that versions without merging skip it.
constexpr uint64_t kPartField = 46;

std::string EncodeEntry(const PlaylistItem& entry) {
  std::string bytes = EncodeItem(entry.item);
  for (const ItemPtr& part : entry.parts) {
    PutVarint(kPartField, &bytes);
    PutText(EncodeItem(part->item), &bytes);
  }
  return bytes;
}

absl::StatusOr<ItemPtr> DecodeEntry(std::string_view bytes) {
  MARQUEE_ASSIGN_OR_RETURN(Item item, DecodeItem(bytes));
  std::vector<ItemPtr> parts;
  while (!bytes.empty()) {
    uint64_t number = 0;
    std::string_view field;
    TakeVarint(&bytes, &number);  // DecodeItem has already validated it
    TakeText(&bytes, &field);
    if (number != kPartField) continue;
    MARQUEE_ASSIGN_OR_RETURN(Item part, DecodeItem(field));
    parts.push_back(MakePlaylistItem(std::move(part)));
  }
  return MakePlaylistItem(std::move(item), std::move(parts));
}

absl::Status Damaged() { return absl::DataLossError("its contents are invalid"); }

absl::StatusOr<std::shared_ptr<const Snapshot>> DecodeBody(std::string_view body) {
  auto snapshot = std::make_shared<Snapshot>();
  uint64_t count = 0;
  if (!TakeVarint(&body, &snapshot->version.fence) ||
      !TakeVarint(&body, &snapshot->version.sequence) ||
      !TakeString(&body, &snapshot->content_hash) || !TakeTime(&body, &snapshot->published) ||
      !TakeVarint(&body, &count)) {
    return Damaged();
  }
  for (; count > 0; --count) {
    std::string_view bytes;
    SourceState state;
    if (!TakeText(&body, &bytes) || !DecodeSource(bytes, &state)) return Damaged();
    snapshot->sources.push_back(std::move(state));
  }
  if (!TakeVarint(&body, &count)) return Damaged();
  for (; count > 0; --count) {
    std::string_view bytes;
    if (!TakeText(&body, &bytes)) return Damaged();
    MARQUEE_ASSIGN_OR_RETURN(ItemPtr entry, DecodeEntry(bytes));
    snapshot->bytes += entry->bytes;
    snapshot->items.push_back(std::move(entry));
  }
  for (const ItemPtr& part : PartsOf(snapshot->items)) {
    for (SourceState& state : snapshot->sources) {
      if (state.name == part->item.server_name) ++state.items;
    }
  }
  return snapshot;
}

}  // namespace

std::string EncodeSnapshot(const Snapshot& snapshot) {
  std::string body;
  body.reserve(snapshot.bytes + 4 * snapshot.items.size() + 4096);
  PutVarint(snapshot.version.fence, &body);
  PutVarint(snapshot.version.sequence, &body);
  PutText(snapshot.content_hash, &body);
  PutTime(snapshot.published, &body);
  PutVarint(snapshot.sources.size(), &body);
  for (const SourceState& state : snapshot.sources) PutText(EncodeSource(state), &body);
  PutVarint(snapshot.items.size(), &body);
  for (const auto& entry : snapshot.items) PutText(EncodeEntry(*entry), &body);

  std::string bytes(kMagic);
  bytes.reserve(kHeaderBytes + body.size());
  PutFixed(kFormat, 4, &bytes);
  PutFixed(body.size(), 8, &bytes);
  PutFixed(XXH3_64bits(body.data(), body.size()), 8, &bytes);
  return bytes += body;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> DecodeSnapshot(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) {
    return absl::DataLossError("it is not a playlist snapshot");
  }
  if (const uint64_t format = GetFixed(bytes, 8, 4); format != kFormat) {
    return absl::DataLossError(
        fmt::format("it has format {}, this version reads {}", format, kFormat));
  }
  const uint64_t length = GetFixed(bytes, 12, 8);
  const uint64_t checksum = GetFixed(bytes, 20, 8);
  const std::string_view body = bytes.substr(kHeaderBytes);
  if (body.size() != length) {
    return absl::DataLossError(fmt::format("it has {} bytes, expected {}", body.size(), length));
  }
  if (XXH3_64bits(body.data(), body.size()) != checksum) {
    return absl::DataLossError("its checksum is wrong");
  }
  return DecodeBody(body);
}

}  // namespace marquee::playlist
