#include "services/imageproc/model/digest.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace marquee::imageproc {
namespace {

std::string Hex(XXH128_hash_t hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

struct Digester::State {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> xxh{XXH3_createState()};
};

Digester::Digester() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->xxh.get()); }

Digester::~Digester() = default;

void Digester::Add(std::string_view piece) {
  XXH3_128bits_update(state_->xxh.get(), piece.data(), piece.size());
}

std::string Digester::Result() const { return Hex(XXH3_128bits_digest(state_->xxh.get())); }

std::string DigestOf(std::string_view bytes) {
  return Hex(XXH3_128bits(bytes.data(), bytes.size()));
}

}  // namespace marquee::imageproc
