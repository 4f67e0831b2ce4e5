#include "services/devices/accounts/token_manager.h"

#include <fmt/format.h>
#include <sodium.h>

#include <limits>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/model/ids.h"

namespace marquee::devices {
namespace {

constexpr size_t kValueBytes = 32;
constexpr size_t kHintDigits = 6;
constexpr size_t kMaxTokenNameBytes = 128;
constexpr size_t kMaxAuditText = 512;
constexpr size_t kMaxAuditDetail = 4096;
// last_used_at is written at most once per minute and token.
constexpr absl::Duration kUseRecordedEvery = absl::Minutes(1);

std::string HashOfToken(std::string_view value) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(value.data()), value.size());
  char hex[2 * sizeof digest + 1];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return std::string("sha256:") + hex;
}

}  // namespace

absl::StatusOr<std::vector<ApiToken>> TokenManager::List() {
  std::vector<ApiToken> tokens;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(tokens, store.ListTokens());
    return absl::OkStatus();
  }));
  return tokens;
}

absl::StatusOr<NewToken> TokenManager::Create(const std::string& name, TokenScope scope,
                                              absl::Time expires_at) {
  if (name.empty() || name.size() > kMaxTokenNameBytes) {
    return absl::InvalidArgumentError(
        fmt::format("name: expected 1 to {} bytes", kMaxTokenNameBytes));
  }
  const absl::Time now = deps_.clock.Now();
  if (expires_at != absl::InfinitePast() && expires_at <= now) {
    return absl::InvalidArgumentError("expires_at: expected a time in the future");
  }
  NewToken made;
  made.value = RandomHex(kValueBytes);
  made.token = {.id = NewUuid(),
                .name = name,
                .scope = scope,
                .value_hash = HashOfToken(made.value),
                .hint = made.value.substr(0, kHintDigits),
                .created_at = now,
                .expires_at = expires_at};
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto tokens, store.ListTokens());
    if (tokens.size() >= kMaxTokens) {
      return absl::ResourceExhaustedError(
          fmt::format("the limit of {} tokens is reached; revoke some first", kMaxTokens));
    }
    return store.PutToken(made.token);
  }));
  deps_.logger.Info("api token created", {{"token", made.token.id}, {"name", name}});
  return made;
}

absl::StatusOr<ApiToken> TokenManager::Verify(std::string_view value) {
  // Looked up by its hash, so the response time discloses nothing about the value.
  const std::string hash = HashOfToken(value);
  std::optional<ApiToken> token;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(token, store.TokenWithHash(hash));
    return absl::OkStatus();
  }));
  const absl::Time now = deps_.clock.Now();
  const bool expired =
      token && token->expires_at != absl::InfinitePast() && token->expires_at <= now;
  if (!token || expired) {
    return absl::UnauthenticatedError("the token is unknown, has expired or was revoked");
  }
  if (now - token->last_used_at < kUseRecordedEvery) return std::move(*token);
  token->last_used_at = now;
  // A failure to store the time of use must not reject the token.
  deps_.store
      .Write([&](StoreTransaction& store) -> absl::Status {
        MARQUEE_ASSIGN_OR_RETURN(auto stored, store.TokenWithHash(hash));
        if (!stored) return absl::OkStatus();  // revoked in the meantime
        stored->last_used_at = now;
        return store.PutToken(*stored);
      })
      .IgnoreError();
  return std::move(*token);
}

absl::Status TokenManager::Revoke(std::string_view token_id) {
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const bool existed, store.DeleteToken(token_id));
    if (existed) return absl::OkStatus();
    return absl::NotFoundError(fmt::format("no token has the id {}", token_id));
  }));
  deps_.logger.Info("api token revoked", {{"token", token_id}});
  return absl::OkStatus();
}

absl::Status TokenManager::Record(AuditEvent event) {
  event.occurred_at = deps_.clock.Now();
  for (std::string* text : {&event.actor, &event.remote_address, &event.action, &event.target}) {
    if (text->size() > kMaxAuditText) text->resize(kMaxAuditText);
  }
  if (event.detail.size() > kMaxAuditDetail) event.detail.resize(kMaxAuditDetail);
  return deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_RETURN_IF_ERROR(store.AddAuditEvent(event));
    return store.PruneAuditEvents(kAuditEventsKept);
  });
}

absl::StatusOr<std::vector<AuditEvent>> TokenManager::Events(std::optional<int64_t> ordinal,
                                                             size_t limit) {
  std::vector<AuditEvent> events;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(
        events,
        store.ListAuditEvents(ordinal.value_or(std::numeric_limits<int64_t>::max()), limit));
    return absl::OkStatus();
  }));
  return events;
}

}  // namespace marquee::devices
