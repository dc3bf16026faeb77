/**
 * The demo web application: plain servlets without a word about Coral, whose replies tell a client
 * whether they are whole ({@code X-Body-SHA256}), from one generation ({@code X-Nonce}) and from
 * which host ({@code X-Served-By}). {@link org.coralha.demo.LedgerServer} runs elsewhere: it counts
 * what was really executed.
 */
package org.coralha.demo;
