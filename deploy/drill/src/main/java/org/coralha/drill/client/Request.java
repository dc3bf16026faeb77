package org.coralha.drill.client;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request and what its reply must be like.
 *
 * @param method GET, HEAD or POST
 * @param path path with query
 * @param version HTTP/1.1 or HTTP/1.0
 * @param headers headers in order, Host included
 * @param status the status that is right
 * @param bodyBytes length of the right body, or -1 if it is not known
 * @param digestOwed true if the reply must carry X-Body-SHA256
 * @param ownMs time that the application was asked to take, in milliseconds
 */
public record Request(
        String method,
        String path,
        String version,
        Map<String, String> headers,
        int status,
        long bodyBytes,
        boolean digestOwed,
        long ownMs) {

    /** Keeps the order of the headers. */
    public Request {
        headers = new LinkedHashMap<>(headers);
    }

    /** GET of a path whose reply has a known length. */
    public static Request get(String path, long bodyBytes) {
        return new Request(
                "GET", path, "HTTP/1.1", Map.of("Host", "coral"), 200, bodyBytes, true, 0);
    }

    /** The same request with another method; a HEAD has no body. */
    public Request withMethod(String newMethod) {
        return new Request(newMethod, path, version, headers, status, bodyBytes, digestOwed, ownMs);
    }

    /** The same request with one more header. */
    public Request with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Request(method, path, version, more, status, bodyBytes, digestOwed, ownMs);
    }

    /** The same request as HTTP/1.0. */
    public Request http10() {
        return new Request(method, path, "HTTP/1.0", headers, status, bodyBytes, digestOwed, ownMs);
    }

    /** The same request with another right status and body length, -1 if that is not known. */
    public Request expecting(int newStatus, long newBodyBytes, boolean newDigestOwed) {
        return new Request(
                method, path, version, headers, newStatus, newBodyBytes, newDigestOwed, ownMs);
    }

    /** The same request whose application takes its time. */
    public Request taking(long newOwnMs) {
        return new Request(method, path, version, headers, status, bodyBytes, digestOwed, newOwnMs);
    }

    /** True if the server must end the connection after the reply. */
    public boolean closes() {
        String connection = headers.getOrDefault("Connection", "");
        return version.equals("HTTP/1.0")
                ? !connection.equalsIgnoreCase("keep-alive")
                : connection.equalsIgnoreCase("close");
    }

    /** The head as it goes over the wire. */
    public byte[] head() {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(' ').append(version).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return method + " " + path + " " + version;
    }
}
