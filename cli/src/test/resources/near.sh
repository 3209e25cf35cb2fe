# An MCP server of 2026-07-28 over stdio, with one tool.
while read -r line; do
  id=$(printf '%s' "$line" | sed -nE 's/^[^{]*\{("jsonrpc":"2.0",)?"id":([^,}]*).*/\2/p')
  case $line in
    *'"server/discover"'*) result='{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"look","description":"Looks.","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*) result='{"content":[{"type":"text","text":"it is live"}]}' ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
