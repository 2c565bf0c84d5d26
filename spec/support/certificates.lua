--- An authority of a spec's own and certificates of it, made by openssl.
local need = require "spec.support.need"
local process = require "spec.support.process"

local certificates = {}

local function openssl(...)
  local made = process.run({ "openssl", ... })
  assert(made.code == 0, made.err)
end

--- Make an authority in `folder`: ca.pem, which signs.
---@param folder string
function certificates.authority(folder)
  need(process.run({ "openssl", "version" }).code == 0, "openssl is not installed")
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=spec authority", "-keyout", folder .. "/ca.key", "-out", folder .. "/ca.pem")
end

--- Make NAME.pem and NAME.key in `folder`, for hosts and addresses such as "DNS:localhost,IP:127.0.0.1".
---@param folder string
---@param name string
---@param hosts string
function certificates.make(folder, name, hosts)
  local path = folder .. "/" .. name
  openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" .. name,
    "-addext", "subjectAltName=" .. hosts, "-keyout", path .. ".key", "-out", path .. ".csr")
  openssl("x509", "-req", "-in", path .. ".csr", "-CA", folder .. "/ca.pem", "-CAkey", folder .. "/ca.key",
    "-CAcreateserial", "-days", "2", "-copy_extensions", "copyall", "-out", path .. ".pem")
end

return certificates
