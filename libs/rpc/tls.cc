#include "libs/rpc/tls.h"

#include <fmt/format.h>
#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace marquee::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;

constexpr unsigned kLookEverySeconds = 5;

std::shared_ptr<FileWatcherCertificateProvider> Provider(const TlsFiles& files) {
  return std::make_shared<FileWatcherCertificateProvider>(files.key, files.certificate,
                                                          files.authority, kLookEverySeconds);
}

// Checks each call before its handler runs.
class PeerCheck final : public grpc::AuthMetadataProcessor {
 public:
  explicit PeerCheck(std::vector<PeerRule> rules) : rules_(std::move(rules)) {}

  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                       OutputMetadata*) override {
    const auto path = metadata.find(":path");
    const std::string method =
        path == metadata.end() ? "" : std::string(path->second.data(), path->second.size());
    const std::vector<std::string> names = PeerNames(*context);
    if (MayCall(rules_, method, names)) return grpc::Status::OK;
    return {
        grpc::StatusCode::PERMISSION_DENIED,
        fmt::format("\"{}\" may not call {}", names.empty() ? "(no name)" : names.front(), method)};
  }

 private:
  const std::vector<PeerRule> rules_;
};

}  // namespace

std::vector<std::string> PeerNames(const grpc::AuthContext& context) {
  std::vector<std::string> names;
  for (const grpc::string_ref& name : context.FindPropertyValues("peer_dns")) {
    names.emplace_back(name.data(), name.size());
  }
  // RFC 6125 section 6.4.4: a common name counts only without any subject alternative name.
  if (!names.empty() || !context.FindPropertyValues(GRPC_X509_SAN_PROPERTY_NAME).empty()) {
    return names;
  }
  for (const grpc::string_ref& name : context.FindPropertyValues(GRPC_X509_CN_PROPERTY_NAME)) {
    names.emplace_back(name.data(), name.size());
  }
  return names;
}

bool MayCall(const std::vector<PeerRule>& rules, std::string_view method,
             const std::vector<std::string>& names) {
  for (const PeerRule& rule : rules) {
    if (!method.starts_with(rule.prefix)) continue;
    return std::ranges::find_first_of(rule.names, names) != rule.names.end();
  }
  return false;
}

absl::Status CheckTlsFiles(const TlsFiles& files) {
  for (const auto& [what, file] :
       {std::pair("certificate", &files.certificate), std::pair("key", &files.key),
        std::pair("authority", &files.authority)}) {
    if (file->empty()) {
      return absl::InvalidArgumentError(
          fmt::format("mtls.{} is missing; certificate, key and authority go together", what));
    }
    if (access(file->c_str(), R_OK) != 0) {
      return absl::InvalidArgumentError(fmt::format("mtls.{}: \"{}\" cannot be read", what, *file));
    }
  }
  return absl::OkStatus();
}

std::shared_ptr<grpc::ServerCredentials> MutualServerCredentials(const TlsFiles& files,
                                                                 std::vector<PeerRule> rules) {
  grpc::experimental::TlsServerCredentialsOptions options(Provider(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  // PeerCheck checks the caller's identity; the default would require its host name to match its
  // address.
  options.set_check_call_host(false);
  auto credentials = grpc::experimental::TlsServerCredentials(options);
  credentials->SetAuthMetadataProcessor(std::make_shared<PeerCheck>(std::move(rules)));
  return credentials;
}

std::shared_ptr<grpc::ChannelCredentials> MutualChannelCredentials(const TlsFiles& files) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Provider(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_certificate_verifier(
      std::make_shared<grpc::experimental::HostNameCertificateVerifier>());
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace marquee::rpc
