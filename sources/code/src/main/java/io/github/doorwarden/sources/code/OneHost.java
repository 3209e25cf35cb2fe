package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import org.eclipse.jgit.transport.HttpTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;

/// Keeps a fetch to the scheme, host and port that are declared: who answers could send it to any address that this
/// machine reaches, by a redirect, or as the place of more objects (`http-alternates` of the protocol without packs).
///
/// @param declared   address of the repository
/// @param connecting what connects then
record OneHost(URI declared, HttpConnectionFactory connecting) implements HttpConnectionFactory {

    static void keep(Transport transport, URI declared) {
        if (transport instanceof TransportHttp http) {
            http.setHttpConnectionFactory(new OneHost(declared, HttpTransport.getConnectionFactory()));
        }
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        check(url);
        return connecting.create(url);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        check(url);
        return connecting.create(url, proxy);
    }

    private void check(URL url) throws IOException {
        if (!url.getProtocol().equalsIgnoreCase(declared.getScheme()) || !url.getHost().equalsIgnoreCase(
                declared.getHost()) || port(url.getPort(), url) != port(declared.getPort(), url)) {
            throw new IOException("it sends to another server, " + url.getProtocol() + "://" + url.getAuthority()
                    + ", and is not followed there. Declare the address where the repository is");
        }
    }

    private static int port(int given, URL url) {
        return given < 0 ? url.getDefaultPort() : given;
    }
}
