// Certificates for TLS tests, created in a millisecond each (P-256).
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

namespace marquee::testing {

// A certificate authority.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name = "test authority");
  ~CertificateAuthority();

  struct Pair {
    std::string certificate;  // PEM
    std::string key;          // PEM
  };
  // `names`: DNS names; the first is also the common name. Every certificate is valid for
  // 127.0.0.1.
  Pair Issue(const std::vector<std::string>& names) const;
  // A certificate with this common name and 127.0.0.1 as its only subject alternative name.
  Pair IssueWithoutDnsName(const std::string& common_name) const;
  // The authority's own certificate, PEM.
  std::string certificate() const;

 private:
  Pair IssueAs(const std::string& common_name, const std::string& alternatives) const;

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
};

}  // namespace marquee::testing
