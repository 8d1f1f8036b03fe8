package postgres_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// secretNames are names of variables, labels, parameters and fields that hold secrets, of every kind that the program knows.
const secretNames = `password passwd pwd pw pass pas pswd mdp passphrase passcode pass_code user_pass userPassword db-password DB_PASS dbpass dbpwd
	secret client_secret app-secret secretary_id secret_id token access_token refresh id_token csrf_token authtoken mytoken_id tk tok
	key keys api_key API-KEY apikey x-api-key authkey masterkey signkey hmackey keys_old my.key a/key key/a accesskey access_key_id
	auth authn authz authorization proxy_authorization oauth oauth2 oidc sso saml samlresponse assertion ticket state nonce challenge verifier
	bearer basic digest negotiate_token login logon login.pin pin otp totp mfa tan sig sign signed signature hmac hash sas csrf xsrf
	invite voucher coupon magic licence license recovery activation cred creds credential credentials psk seed salt sasl sess session sid
	sessid phpsessid jsessid mysessid jws jwe jwk jwt jwt_assertion oauth_verifier webhook cvv cvc ssn iban private private_key cert certificate
	cookie cookie_a cookie-color code smscode sms_code login_code device.code verification-code authcode CODE code_a country_code_code
	x-auth X-Otp x_ticket http_x_passcode http-x-otp arg_pin arg.state passkey pass-key passwort Passwd2 apikeys
	kennwort mein-kennwort Geheimnis schluessel schlüssel SCHLÜSSEL senha senha_nova contrasena contraseña CONTRASEÑA haslo hasło HASŁO wachtwoord
	motdepasse пароль ПАРОЛЬ мой_пароль 密码 用户密码 密钥 口令 令牌 パスワード 비밀번호 pre_function auth_header auth-config token_ttl token_name`

// plainNames are names that look a little like them.
const plainNames = `monkey turkey hockey donkey jockey whiskey bypass compass encompass barcode unicode encode decode opcode qrcode zipcode geocode postcode
	country_code countrycode status_code region.code error-code state_code statuscode langcode http_code passenger passport passenger_name
	team env owner app version color tier zone region lang locale page limit offset sort order user username name id status size weight
	path host uri method country city customer beta early-birds release commit branch author spinner pinned tank signal assign design
	hashtag keynote keyboard monkeys tokyo stokes statement estate baselines basics loginname straße größe müller 名前 версия équipe`

// places are where a name says what a value is; %s is the name in JSON, the value is plain.
var places = map[string]string{
	"label":            `{"labels":{%s:"blue"}}`,
	"label and others": `{"labels":{"team":"red",%s:"blue"},"name":"a"}`,
	"condition":        `{"vars":[[%s,"==","blue"]]}`,
	"in a plugin":      `{"plugins":{"traffic-split":{"rules":[{"match":[{"vars":[[%s,"==","blue"]]}]}]}}}`,
	"field":            `{"plugins":{"cors":{"x":{%s:"blue"}}}}`,
	"field of another": `{"upstream":{"x":{%s:["blue"]}}}`,
	"parameter":        `{"plugins":{"cors":{"uri":%s}}}`,
}

// fields are the places where the program looks beyond the name: it hides texts in all fields that it does not know.
var fields = []string{"field", "field of another"}

// TestTheViewsKnowTheNamesThatTheProgramKnows gives the views names of secrets, and others, wherever a name counts: they
// hide under the same names as reports and snapshots do, and nothing that these show.
func TestTheViewsKnowTheNamesThatTheProgramKnows(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	grantWithoutSecrets(t, dsn)
	words := redact.Words()
	secrets := slices.Concat(strings.Fields(secretNames), words.VariableParts)
	for _, word := range words.SecretWords {
		secrets = append(secrets, word, "my_"+word+"s")
	}
	for _, end := range []string{"headers", "labels", "body", "msg", "pin", "tok"} {
		secrets = append(secrets, "own_"+end)
	}
	plain := strings.Fields(plainNames)
	if len(secrets) < 250 || len(plain) < 80 {
		t.Fatalf("%d and %d names", len(secrets), len(plain))
	}
	for place, form := range places {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			var bodies, rows []string
			for i, name := range slices.Concat(secrets, plain) {
				said := name
				if place == "parameter" {
					said = "/a?b=1&" + name + "=blue&c=2"
				}
				text, err := json.Marshal(said)
				if err != nil {
					t.Fatal(err)
				}
				bodies = append(bodies, fmt.Sprintf(form, text))
				rows = append(rows, fmt.Sprintf("(%d, %s)", i, quoted(bodies[i])))
			}
			hidden := 0
			for _, row := range pgtest.Exec(t, dsn, "SELECT n, api7_preflight.kine_value('/gateway_groups/g/routes/a', v) FROM (VALUES "+strings.Join(rows, ", ")+") AS row (n, v)") {
				i, _ := strconv.Atoi(row[0])
				shown, want := strings.Contains(row[1], "blue"), strings.Contains(string(redact.Body(estate.Route, "a", []byte(bodies[i]))), "blue")
				if !shown {
					hidden++
				}
				if shown != want && (!shown || !slices.Contains(fields, place)) {
					t.Errorf("the view shows it: %t, the program: %t: %s: %s", shown, want, bodies[i], row[1])
				}
			}
			if hidden < 60 || hidden == len(bodies) {
				t.Errorf("%d of %d are hidden", hidden, len(bodies))
			}
		})
	}
}
