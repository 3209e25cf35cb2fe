// Loaded before somebody's server, which listens on every address and at a port of its own choice: it listens on loopback, where it is told.
import net from 'node:net';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, Number(process.env.INTEROP_PORT), '127.0.0.1', ...rest.filter((one) => typeof one === 'function'));
};
