#include "services/gateway/testing/fakes.h"

#include <algorithm>
#include <chrono>

#include "libs/rpc/error_info.h"
#include "services/gateway/http/etag.h"

namespace marquee::gateway {
namespace {

class OnePiece final : public BodyStream {
 public:
  explicit OnePiece(std::string bytes) : bytes_(std::move(bytes)) {}
  asio::awaitable<absl::StatusOr<std::string>> Next() override {
    co_return std::exchange(bytes_, {});
  }

 private:
  std::string bytes_;
};

}  // namespace

std::shared_ptr<const PlaylistView> MakePlaylist(int items, const std::string& version) {
  PlaylistViewBuilder builder;
  for (int i = 0; i < items; ++i) {
    MediaItem item;
    item.key = "local-film-" + std::to_string(i);
    item.id = item.key;
    item.source = "local";
    item.type = ItemType::kMovie;
    item.title = "Film " + std::to_string(i);
    item.poster_url = "/image?server=Posters&path=%2Ffilm-" + std::to_string(i) + ".jpg&v=1";
    builder.Add(item);
  }
  return builder.Build(version, absl::FromUnixSeconds(1'767'225'600));
}

Image MakeImage(std::string bytes, ServedFrom tier) {
  Image image;
  image.content_type = "image/jpeg";
  image.etag = EtagOf(bytes);
  image.bytes = MakeBytes(std::move(bytes));
  image.tier = tier;
  image.last_modified = "Thu, 01 Jan 2026 00:00:00 GMT";
  return image;
}

void FakeImages::Get(const ImageRequest& request, const std::string& if_none_match,
                     std::stop_token stop, Done done) {
  {
    const base::MutexLock lock(mutex_);
    ++calls_;
    last = request;
    last_if_none_match = if_none_match;
    stops.push_back(stop);
    if (hold) {
      held_.push_back(std::move(done));
      return;
    }
  }
  done(answer);
}

void FakeImages::Finish() {
  std::vector<Done> held;
  {
    const base::MutexLock lock(mutex_);
    held.swap(held_);
  }
  for (const Done& done : held) done(answer);
}

size_t FakeImages::calls() const {
  const base::MutexLock lock(mutex_);
  return calls_;
}

bool FakeRegistryStream::Await(const std::string& line) {
  base::MutexLock lock(mutex_);
  const auto until = std::chrono::system_clock::now() + std::chrono::seconds(10);
  while (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) {
    if (!more_.WaitUntil(lock, until)) return false;
  }
  return true;
}

void FakeRegistryStream::Note(std::string line) {
  const base::MutexLock lock(mutex_);
  lines_.push_back(std::move(line));
  more_.NotifyAll();
}

AccountPort::Answer<Account> FakeAccounts::CompleteSetup(SetupRequest request) {
  if (!request.local && request.setup_code != setup_code) {
    co_return absl::PermissionDeniedError("setup_code is required");
  }
  if (complete) co_return absl::FailedPreconditionError("an account exists");
  complete = true;
  account.username = std::move(request.username);
  password = std::move(request.password);
  co_return account;
}

AccountPort::Answer<Account> FakeAccounts::Get(std::string account_id) {
  if (account_id != account.id) co_return absl::NotFoundError("no such account");
  Account found = account;
  found.totp_enabled = !totp.empty();
  co_return found;
}

AccountPort::Answer<Account> FakeAccounts::VerifyLogin(LoginAttempt attempt) {
  if (const auto during = std::exchange(during_login, nullptr)) during();
  if (away) co_return absl::UnavailableError("away");
  if (attempt.username != account.username || attempt.password != password) {
    co_return absl::UnauthenticatedError("wrong");
  }
  if (totp.empty() || attempt.totp_code == totp) co_return account;
  if (attempt.totp_code.empty()) {
    co_return rpc::WithReason(absl::UnauthenticatedError("a code is required"), "TOTP_REQUIRED");
  }
  co_return absl::UnauthenticatedError("wrong");
}

AccountPort::Answer<ApiToken> FakeAccounts::VerifyToken(std::string value) {
  ++token_checks;
  if (away) co_return absl::UnavailableError("away");
  const auto found = tokens.find(value);
  if (found == tokens.end()) co_return absl::UnauthenticatedError("no such token");
  co_return found->second;
}

AccountPort::Answer<Account> FakeAccounts::ChangePassword(std::string account_id,
                                                          std::string current, std::string fresh) {
  if (current != password) co_return absl::UnauthenticatedError("wrong");
  password = std::move(fresh);
  ++account.session_epoch;
  co_return account;
}

AccountPort::Answer<std::string> FakeAccounts::GenerateTotp(std::string account_id,
                                                            FactorProof proof) {
  last_proof = std::move(proof);
  co_return "otpauth://totp/Marquee:keeper?secret=X";
}

AccountPort::Answer<Account> FakeAccounts::ConfirmTotp(std::string account_id, std::string code) {
  totp = std::move(code);
  co_return account;
}

AccountPort::Answer<Account> FakeAccounts::DisableTotp(std::string account_id, std::string given) {
  if (given != password) co_return absl::UnauthenticatedError("wrong");
  totp.clear();
  co_return account;
}

AccountPort::Answer<std::vector<ApiToken>> FakeAccounts::ListTokens() {
  std::vector<ApiToken> all;
  for (const auto& [value, token] : tokens) all.push_back(token);
  co_return all;
}

AccountPort::Answer<NewToken> FakeAccounts::CreateToken(std::string name, Scope scope) {
  const std::string value = "token-" + std::to_string(tokens.size());
  NewToken made{
      .token = {.id = "id-" + value, .name = std::move(name), .scope = scope, .hint = "to"},
      .value = value};
  tokens[value] = made.token;
  co_return made;
}

asio::awaitable<absl::Status> FakeAccounts::RevokeToken(std::string token_id) {
  std::erase_if(tokens, [&](const auto& entry) { return entry.second.id == token_id; });
  co_return absl::OkStatus();
}

AccountPort::Answer<int64_t> FakeAccounts::RevokeSessions(std::string account_id) {
  co_return ++account.session_epoch;
}

std::optional<int64_t> FakeAccounts::EpochOf(const std::string& account_id) const {
  if (away || account_id != account.id) return std::nullopt;
  return account.session_epoch;
}

asio::awaitable<absl::StatusOr<Artwork>> FakeArtwork::Fetch(ArtworkRequest request,
                                                            std::stop_token stop) {
  requests.push_back(request);
  if (!failure.ok()) co_return failure;
  Artwork artwork;
  artwork.content_type = "video/mp4";
  artwork.total_bytes = static_cast<int64_t>(bytes.size());
  artwork.validator = "state-1";
  artwork.last_modified = last_modified;
  std::string part = bytes;
  if (cuts && request.range && request.range->first) {
    artwork.first_byte = static_cast<int64_t>(*request.range->first);
    const uint64_t last = std::min<uint64_t>(request.range->last.value_or(~0ULL), bytes.size() - 1);
    part = bytes.substr(*request.range->first, last - *request.range->first + 1);
  }
  artwork.content_bytes = static_cast<int64_t>(part.size());
  if (!request.header_only) artwork.body = std::make_shared<OnePiece>(std::move(part));
  co_return artwork;
}

}  // namespace marquee::gateway
