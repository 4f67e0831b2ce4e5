#include "libs/testing/certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>

namespace marquee::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

void Extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) std::abort();
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// An unsigned certificate for `key`, valid for a day from one hour ago. Self-issued if `issuer` is
// null.
Certificate Draft(EVP_PKEY* key, const std::string& name, X509* issuer) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);  // the value 2 means version 3
  long serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 4);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(),
                       issuer == nullptr ? subject : X509_get_subject_name(issuer));
  return certificate;
}

template <class Write>
std::string Pem(Write write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  write(out.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<size_t>(size)};
}

std::string PemOf(X509* certificate) {
  return Pem([&](BIO* out) { PEM_write_bio_X509(out, certificate); });
}

}  // namespace

CertificateAuthority::CertificateAuthority(const std::string& name)
    : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(Draft(key_.get(), name, nullptr)) {
  Extend(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
}

CertificateAuthority::~CertificateAuthority() = default;

CertificateAuthority::Pair CertificateAuthority::Issue(
    const std::vector<std::string>& names) const {
  std::string alternatives = "IP:127.0.0.1";
  for (const std::string& name : names) alternatives += ",DNS:" + name;
  return IssueAs(names.front(), alternatives);
}

CertificateAuthority::Pair CertificateAuthority::IssueWithoutDnsName(
    const std::string& common_name) const {
  return IssueAs(common_name, "IP:127.0.0.1");
}

CertificateAuthority::Pair CertificateAuthority::IssueAs(const std::string& common_name,
                                                         const std::string& alternatives) const {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate leaf = Draft(key.get(), common_name, certificate_.get());
  Extend(leaf.get(), certificate_.get(), NID_subject_alt_name, alternatives);
  X509_sign(leaf.get(), key_.get(), EVP_sha256());
  return {.certificate = PemOf(leaf.get()),
          .key = Pem([&](BIO* out) {
            PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

std::string CertificateAuthority::certificate() const { return PemOf(certificate_.get()); }

}  // namespace marquee::testing
