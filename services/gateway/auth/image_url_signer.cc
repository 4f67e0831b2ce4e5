#include "services/gateway/auth/image_url_signer.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "services/gateway/http/base_path.h"

namespace marquee::gateway {
namespace {

constexpr std::string_view kImage = "\"/image?";
constexpr size_t kMacBytes = 16;
constexpr std::array<std::string_view, 4> kSigned{"server", "path", "url", "v"};
constexpr std::string_view kExpiry = "exp";
constexpr std::string_view kSignature = "sig";

std::string Encoded(const unsigned char* bytes, size_t size) {
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating NUL
  return text;
}

}  // namespace

ImageUrlSigner::ImageUrlSigner(const std::vector<std::string>& keys, absl::Duration lifetime,
                               std::string base_path)
    : lifetime_(lifetime), base_path_(std::move(base_path)) {
  static_assert(crypto_auth_hmacsha256_KEYBYTES == sizeof(Key));
  if (sodium_init() < 0) std::abort();
  for (const std::string& text : keys) {
    crypto_generichash(keys_.emplace_back().data(), sizeof(Key),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr,
                       0);
  }
}

int64_t ImageUrlSigner::Period(absl::Time now) const {
  return enabled()
             ? absl::ToUnixSeconds(now) / std::max<int64_t>(1, absl::ToInt64Seconds(lifetime_) / 2)
             : 0;
}

// The expiry: the end of the period after the next one. It is equal for everything signed in one
// period, so that URLs, and the cache entries under them, change only twice per lifetime.
int64_t ImageUrlSigner::ExpiryAt(absl::Time now) const {
  return (Period(now) + 2) * std::max<int64_t>(1, absl::ToInt64Seconds(lifetime_) / 2);
}

std::string ImageUrlSigner::Mac(const Key& key, const Query& query, std::string_view expiry) {
  std::string text(expiry);
  for (const std::string_view name : kSigned) {
    const std::string_view value = query.Get(name).value_or("");
    text += fmt::format("\n{}:", value.size());
    text += value;
  }
  for (const auto& [name, value] : query.all()) {
    if (name == kExpiry) break;
    if (std::ranges::find(kSigned, name) != kSigned.end()) continue;
    text += fmt::format("\n{}:{}={}:", name.size(), name, value.size());
    text += value;
  }
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256(mac.data(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size(), key.data());
  return Encoded(mac.data(), kMacBytes);
}

std::string ImageUrlSigner::SignAll(std::string json, absl::Time now) const {
  if (!enabled()) return PrefixAddresses(std::move(json), base_path_);
  const std::string expiry = std::to_string(ExpiryAt(now));
  std::string out;
  out.reserve(json.size() + json.size() / 4);
  std::string_view rest(json);
  while (true) {
    const size_t at = rest.find(kImage);
    if (at == std::string_view::npos) break;
    // A URL contains no quote and no JSON escape: PercentEncode produces neither.
    const size_t end = rest.find('"', at + 1);
    out += rest.substr(0, end);
    if (const auto target = ParseTarget(rest.substr(at + 1, end - at - 1)); target.ok()) {
      fmt::format_to(std::back_inserter(out), "&exp={}&sig={}", expiry,
                     Mac(keys_.front(), target->query, expiry));
    }
    rest.remove_prefix(end);
  }
  out += rest;
  return PrefixAddresses(std::move(out), base_path_);
}

bool ImageUrlSigner::Accepts(const Query& query, absl::Time now) const {
  if (!enabled()) return true;
  const std::string_view expiry = query.Get(kExpiry).value_or("");
  const std::string_view signature = query.Get(kSignature).value_or("");
  int64_t until = 0;
  const auto [end, error] = std::from_chars(expiry.data(), expiry.data() + expiry.size(), until);
  if (error != std::errc() || end != expiry.data() + expiry.size()) return false;
  if (until <= absl::ToUnixSeconds(now)) return false;
  for (const Key& key : keys_) {
    const std::string mac = Mac(key, query, expiry);
    if (mac.size() == signature.size() &&
        sodium_memcmp(mac.data(), signature.data(), mac.size()) == 0) {
      return true;
    }
  }
  return false;
}

bool ImageUrlSigner::SignsSize(const Query& query) const {
  const auto& all = query.all();
  return enabled() && all.size() > 2 && all[all.size() - 2].first == kExpiry &&
         all.back().first == kSignature && (query.Get("width") || query.Get("height"));
}

}  // namespace marquee::gateway
