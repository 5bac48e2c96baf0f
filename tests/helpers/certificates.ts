// Certificates for tests of what takes some: made once, of authorities whose keys nobody has.

/** A certificate authority's certificate. */
export const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBiDCCAS+gAwIBAgIULItXN/HLJZXJt0VSbBOxQQ+w+MAwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MTAwOTI4WhgPMjEy
NjExMDExMDA5MjhaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAECYgd0DoTmNJgx/piwXMhz+Zd3Pr6XeLdGN/6IlTc
s7AxHOxTcDhzcvGpxdSNjsWPhGHg+Gy0lVrB3OKdUivUyKNTMFEwHQYDVR0OBBYE
FGlfS/tgnILqq7wcA1RGm3PF1YMkMB8GA1UdIwQYMBaAFGlfS/tgnILqq7wcA1RG
m3PF1YMkMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgXBQmuxDI
eYpkOcMByqxVD+BTQzOrzHQAOBZEs/BWeHYCIA5APBf5ipHe8aRNTng1bxi/PUWR
wL0oY/OGTigaB4mt
-----END CERTIFICATE-----
`;
