--
-- PostgreSQL database dump
--

\restrict ILUjZ2eBow7Ur5AZAjI2ZyAehDYvK5XQ0lWwObXuTVv6tpFf9qxKBLZkEL79jKE

-- Dumped from database version 18.3
-- Dumped by pg_dump version 18.3

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: a; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.a (
    id integer,
    v text
);


ALTER TABLE public.a OWNER TO postgres;

--
-- Name: b; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.b (
    id integer
);


ALTER TABLE public.b OWNER TO postgres;

--
-- Name: c; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.c (
    v jsonb
);


ALTER TABLE public.c OWNER TO postgres;

--
-- Data for Name: a; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.a (id, v) FROM stdin;
1	tab\tend
2	\N
3	\\.
\.


--
-- Data for Name: b; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.b (id) FROM stdin;
\.


--
-- Data for Name: c; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.c (v) FROM stdin;
{"a": "x\\ny"}
\.


--
-- Statistics for Name: a; Type: STATISTICS DATA; Schema: public; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180003'::integer,
	'schemaname', 'public',
	'relname', 'a',
	'relpages', '0'::integer,
	'reltuples', '-1'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: b; Type: STATISTICS DATA; Schema: public; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180003'::integer,
	'schemaname', 'public',
	'relname', 'b',
	'relpages', '0'::integer,
	'reltuples', '-1'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: c; Type: STATISTICS DATA; Schema: public; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180003'::integer,
	'schemaname', 'public',
	'relname', 'c',
	'relpages', '0'::integer,
	'reltuples', '-1'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- PostgreSQL database dump complete
--

\unrestrict ILUjZ2eBow7Ur5AZAjI2ZyAehDYvK5XQ0lWwObXuTVv6tpFf9qxKBLZkEL79jKE

