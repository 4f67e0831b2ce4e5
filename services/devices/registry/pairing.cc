#include "services/devices/registry/pairing.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/devices/model/ids.h"
#include "services/devices/registry/errors.h"
#include "services/devices/registry/secrets.h"

namespace marquee::devices {
namespace {

constexpr uint32_t kCodes = 1'000'000;

// Uniformly distributed, from the kernel's random source.
std::string RandomCode() { return fmt::format("{:06}", randombytes_uniform(kCodes)); }

bool IsCode(std::string_view text) {
  return text.size() == 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

absl::StatusOr<std::string> UnusedCode(StoreTransaction& store) {
  while (true) {
    std::string code = RandomCode();
    MARQUEE_ASSIGN_OR_RETURN(const auto taken, store.FindPairingCode(code));
    if (!taken) return code;
  }
}

obs::Counter Claims(obs::Metrics& metrics, const char* result) {
  return metrics.counter("marquee_pairing_claims_total", "Claims of pairing codes by result.",
                         {{"result", result}});
}

}  // namespace

Pairing::Pairing(Deps deps)
    : deps_(deps),
      claimed_(Claims(deps.metrics, "claimed")),
      refused_(Claims(deps.metrics, "refused")),
      minute_ends_(deps.clock.Monotonic() + absl::Minutes(1)) {}

absl::StatusOr<NewCode> Pairing::CreateCode(std::string_view device_id, absl::Duration ttl,
                                            bool require_token) {
  if (ttl == absl::ZeroDuration()) ttl = kDefaultTtl;
  if (ttl < kShortestTtl || ttl > kLongestTtl) {
    return absl::InvalidArgumentError("ttl: expected 1 minute to 24 hours");
  }
  NewCode made;
  if (require_token) made.token = RandomHex(16);
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    const absl::Time now = deps_.clock.Now();
    MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(device_id));
    if (!device) return NoSuchDevice(device_id);
    MARQUEE_RETURN_IF_ERROR(store.DeletePairingCodesExpiredBy(now));
    MARQUEE_ASSIGN_OR_RETURN(const auto open, store.ListPairingCodes(now));
    if (open.size() >= kMaxOpenCodes) {
      return absl::ResourceExhaustedError(
          fmt::format("the limit of {} open pairing codes is reached; wait until some have expired",
                      open.size()));
    }
    PairingCode code{
        .code = "", .device_id = device->id, .created_at = now, .expires_at = now + ttl};
    MARQUEE_ASSIGN_OR_RETURN(code.code, UnusedCode(store));
    if (require_token) code.token_hash = HashOf(made.token);
    MARQUEE_RETURN_IF_ERROR(store.PutPairingCode(code));
    made.open = {
        .code = std::move(code), .device_name = device->name, .device_location = device->location};
    return absl::OkStatus();
  }));
  return made;
}

absl::StatusOr<std::vector<OpenCode>> Pairing::ListCodes() {
  std::vector<OpenCode> codes;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    codes.clear();
    MARQUEE_ASSIGN_OR_RETURN(auto open, store.ListPairingCodes(deps_.clock.Now()));
    for (PairingCode& code : open) {
      MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(code.device_id));
      if (!device) continue;
      codes.push_back({.code = std::move(code),
                       .device_name = device->name,
                       .device_location = device->location});
    }
    return absl::OkStatus();
  }));
  return codes;
}

bool Pairing::MayGuess() {
  const absl::Duration now = deps_.clock.Monotonic();
  const base::MutexLock lock(mutex_);
  if (now >= minute_ends_) {
    minute_ends_ = now + absl::Minutes(1);
    wrong_this_minute_ = 0;
  }
  return wrong_this_minute_ < kWrongCodesPerMinute;
}

void Pairing::CountWrong() {
  refused_.Add();
  const base::MutexLock lock(mutex_);
  ++wrong_this_minute_;
}

absl::StatusOr<Registered> Pairing::Claim(const ClaimRequest& request) {
  if (!IsCode(request.code)) {
    return rpc::WithReason(absl::InvalidArgumentError("code: expected six digits"),
                           "INVALID_CODE_FORMAT");
  }
  MARQUEE_RETURN_IF_ERROR(CheckIdentity(request.identity));
  MARQUEE_RETURN_IF_ERROR(CheckLength("name", request.name, kMaxNameBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("location", request.location, kMaxNameBytes));
  absl::Status exhausted = rpc::WithRetryAfter(
      absl::ResourceExhaustedError("too many wrong pairing codes; try again in a minute"),
      absl::Minutes(1));
  const bool may_guess = MayGuess();
  // A token cannot be guessed, so strangers who use up the guesses do not stop claims with one.
  if (!may_guess && request.token.empty()) return exhausted;

  Registered result;
  Verdict verdict = Verdict::kUnknownCode;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    verdict = Verdict::kUnknownCode;
    const absl::Time now = deps_.clock.Now();
    MARQUEE_ASSIGN_OR_RETURN(auto code, store.FindPairingCode(request.code));
    const bool is_open = code && code->expires_at > now;
    if (!may_guess && !(is_open && !code->token_hash.empty() &&
                        SameHash(HashOf(request.token), code->token_hash))) {
      // The same for codes that are open and not: this claim is no guess.
      verdict = Verdict::kExhausted;
      return absl::OkStatus();
    }
    if (!is_open) return absl::OkStatus();
    if (!code->token_hash.empty() && !SameHash(HashOf(request.token), code->token_hash)) {
      verdict = Verdict::kWrongToken;
      if (++code->failures >= kWrongTokens) return store.DeletePairingCode(code->code);
      return store.PutPairingCode(*code);
    }
    MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(code->device_id));
    if (!device) return absl::OkStatus();
    verdict = Verdict::kClaimed;
    device->approval_code.clear();
    if (device->name.empty()) device->name = request.name;
    if (device->location.empty()) device->location = request.location;
    if (!request.identity.install_id.empty()) device->install_id = request.identity.install_id;
    if (!request.identity.hardware_id.empty()) device->hardware_id = request.identity.hardware_id;
    device->registered_at = now;
    device->last_paired_at = now;
    device->updated_at = now;
    result.secret = deps_.identity.IssueTo(*device, now);
    MARQUEE_RETURN_IF_ERROR(store.DeletePairingCode(code->code));
    MARQUEE_RETURN_IF_ERROR(store.PutDevice(*device));
    result.device = std::move(*device);
    return absl::OkStatus();
  }));

  if (verdict == Verdict::kExhausted) return exhausted;
  if (verdict == Verdict::kUnknownCode) {
    CountWrong();
    return absl::NotFoundError("no open pairing code has these digits; it may have expired");
  }
  if (verdict == Verdict::kWrongToken) {
    CountWrong();
    return absl::PermissionDeniedError(
        "this pairing code requires the token that was created with it");
  }
  claimed_.Add();
  deps_.presence.Add(result.device.id, result.device.last_seen_at);
  deps_.bus.Publish(BusTopic::kDeviceChanged, result.device.id);
  deps_.logger.Info("device paired", {{"device", result.device.id}});
  return result;
}

}  // namespace marquee::devices
